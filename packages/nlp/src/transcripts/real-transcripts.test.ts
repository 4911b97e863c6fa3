import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSubmission, requireComplete } from '../edgar/index.ts';
import { bodies, form425, type PlainTranscript, readPlainTranscript } from '../testing/form-425.ts';
import { parseFiling } from './parse-filing.ts';

const data = process.env.ASSAY_TEST_DATA;
const folder = join(data ?? '', 'transcripts');
const names = data ? readdirSync(folder).sort() : [];
if (!data) console.log('Left out without ASSAY_TEST_DATA: the real transcripts wrapped as form 425.');

// What HTML can show of an apostrophe and of blanks.
const plain = (text: string): string => text.replaceAll('\u2019', "'");

function visible(source: string): string {
  return source
    .replace(/<[A-Za-z/][^<>]*>/g, '')
    .replaceAll('&#8217;', '\u2019')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}

function counts(call: PlainTranscript): { turns: number; participants: number; paragraphs: number } {
  const turns = call.sections.flatMap((section) => section.turns);
  return {
    turns: turns.length,
    participants: call.company.length + call.callers.length,
    paragraphs: turns.flatMap((turn) => turn.paragraphs).length,
  };
}

describe.skipIf(!data)('24 real transcripts as form 425', () => {
  const transcripts = names.map((name) => {
    const source = readFileSync(join(folder, name), 'utf8');
    return { name, source, expected: readPlainTranscript(source) };
  });

  it('are all there, and the numbered headers in the raw files are the turns that are expected', () => {
    expect(names).toHaveLength(24);
    for (const { source, expected } of transcripts) {
      expect(counts(expected).turns).toBe(source.match(/\[\d+\]\r?$/gm)?.length);
      expect(counts(expected).participants).toBe(source.match(/^ \* /gm)?.length);
    }
    const all = transcripts.map(({ expected }) => counts(expected));
    const sum = (key: 'turns' | 'participants' | 'paragraphs'): number =>
      all.reduce((total, one) => total + one[key], 0);
    expect({ turns: sum('turns'), participants: sum('participants') }).toEqual({ turns: 1568, participants: 331 });
    expect(sum('paragraphs')).toBe(2815);
  });

  it.each(Object.keys(bodies))('%s: every turn, participant, paragraph, and byte offset', (shape) => {
    for (const { name, source, expected } of transcripts) {
      const accession = '0009990002-26-000001';
      const filing = form425({ accession, body: bodies[shape]!(expected, source) });
      const submission = parseSubmission(filing);
      requireComplete(submission, name);
      const { call, paragraphs } = parseFiling(submission, accession);
      const want = expected.sections.flatMap((section) => section.turns);

      expect(call.call, `${name}: ${call.without}`).not.toBeNull();
      expect({ name, turns: call.call!.turns }).toEqual({ name, turns: want.length });
      expect(call.call!.participants.map((one) => plain(one.name))).toEqual(
        [...expected.company, ...expected.callers].map(([one]) => plain(one)),
      );
      expect(call.call!.layout).toBe(shape.startsWith('marked') ? 'marked-names' : 'streetevents');
      expect(plain(call.call!.title ?? '')).toBe(plain(expected.title));
      expect(call.call!.heldAt).toMatch(/^201[67]-\d\d-\d\dT\d\d:\d\d:00Z$/);

      expect(paragraphs.map((paragraph) => plain(paragraph.text))).toEqual(
        want.flatMap((turn) => turn.paragraphs.map(plain)),
      );
      expect(paragraphs.map((paragraph) => `${paragraph.turn} ${plain(paragraph.speaker)}`)).toEqual(
        want.flatMap((turn, at) => turn.paragraphs.map(() => `${at + 1} ${plain(turn.name)}`)),
      );
      const spans = paragraphs.flatMap((paragraph) => [paragraph, ...paragraph.sentences]);
      const wrong = spans.filter(({ start, end, text }) => visible(filing.toString('utf8', start, end)) !== text);
      expect(wrong).toEqual([]);
      for (const { text, sentences } of paragraphs) {
        if (sentences.map((sentence) => sentence.text).join(' ') !== text)
          expect.fail(`sentences do not make up: ${text}`);
      }
    }
  });

  it('knows the side of every speaker that the lists name', () => {
    for (const { source, expected } of transcripts) {
      const submission = parseSubmission(form425({ accession: '0009990002-26-000001', body: source }));
      const { paragraphs } = parseFiling(submission, '0009990002-26-000001');
      const company = new Set(expected.company.map(([name]) => name));
      const callers = new Set(expected.callers.map(([name]) => name));
      for (const { speaker, side } of paragraphs) {
        if (speaker === 'Operator') expect(side).toBe('operator');
        else if (company.has(speaker)) expect(side).toBe('company');
        else if (callers.has(speaker)) expect(side).toBe('conference-call');
      }
    }
  });
});
