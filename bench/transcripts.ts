/**
 * How fast filings are parsed: submission → document → call → turns, paragraphs and sentences with byte offsets, from
 * bytes in memory to objects. The input is the real transcripts of ASSAY_TEST_DATA wrapped as form 425 in each shape, or
 * the sample filings as they are without it. What counts is the best round by processor time (the garbage collector's
 * threads included), which others at work on the machine disturb least; the time on the clock stands beside it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseFiling, parseSubmission } from '../packages/nlp/src/index.ts';
import { bodies, form425, readPlainTranscript } from '../packages/nlp/src/testing/form-425.ts';

const target = 20;
const rounds = 25;
// The first rounds run cold code.
const cold = 3;
const accession = '0009990002-26-000001';

function inputs(): Map<string, Buffer[]> {
  const data = process.env.ASSAY_TEST_DATA;
  if (data) {
    const folder = join(data, 'transcripts');
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    return new Map(
      Object.entries(bodies).map(([shape, body]) => [
        shape,
        sources.map((source) => form425({ accession, body: body(readPlainTranscript(source), source) })),
      ]),
    );
  }
  const sample = join(import.meta.dirname, '../examples/edgar-sentiment/sample/filings');
  const filings = readdirSync(sample).map((name) => readFileSync(join(sample, name)));
  const isHtml = (filing: Buffer): boolean => filing.includes('<HTML>');
  return new Map([
    ['sample filings, text', filings.filter((filing) => !isHtml(filing))],
    ['sample filings, HTML', filings.filter(isHtml)],
  ]);
}

const columns = ['input', 'MB', 'calls', 'paragraphs', 'sentences', 'MB/s median', 'MB/s best', 'MB per CPU s'];
const rows: string[][] = [];
let slowest = Number.POSITIVE_INFINITY;
for (const [name, filings] of inputs()) {
  const megabytes = filings.reduce((sum, filing) => sum + filing.length, 0) / 1e6;
  const rates: number[] = [];
  let processor = Number.POSITIVE_INFINITY;
  let calls = 0;
  let paragraphs = 0;
  let sentences = 0;
  for (let round = 0; round < rounds; round++) {
    calls = paragraphs = sentences = 0;
    const start = performance.now();
    const before = process.cpuUsage();
    for (const filing of filings) {
      const parsed = parseFiling(parseSubmission(filing), accession);
      if (parsed.call.call) calls++;
      paragraphs += parsed.paragraphs.length;
      for (const paragraph of parsed.paragraphs) sentences += paragraph.sentences.length;
    }
    const { user, system } = process.cpuUsage(before);
    if (round >= cold) processor = Math.min(processor, (user + system) / 1e6);
    rates.push((megabytes / (performance.now() - start)) * 1000);
  }
  const warm = rates.slice(cold).sort((a, b) => a - b);
  const median = warm[Math.floor(warm.length / 2)] ?? 0;
  const byProcessor = megabytes / processor;
  slowest = Math.min(slowest, byProcessor);
  rows.push([
    name,
    megabytes.toFixed(2),
    String(calls),
    String(paragraphs),
    String(sentences),
    median.toFixed(1),
    (warm.at(-1) ?? 0).toFixed(1),
    byProcessor.toFixed(1),
  ]);
}

const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)));
const print = (row: readonly string[]): void =>
  console.log(row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '));
console.log(
  `transcripts, one thread of ${availableParallelism()} (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
print(columns);
for (const row of rows) print(row);
console.log(
  `slowest ${slowest.toFixed(1)} MB per CPU s; target ${target} MB/s: ${slowest >= target ? 'met' : 'missed'}`,
);
if (slowest < target) process.exitCode = 1;
