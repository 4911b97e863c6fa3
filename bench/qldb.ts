/**
 * Blocks of a QLDB journal per second: read and Ion-hashed, by ion-hash-js and by Assay, and verified as `assay qldb verify` does.
 *
 *     node bench/qldb.ts [SECONDS]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cryptoHasherProvider, makeHashReader } from 'ion-hash-js';
import { makeBinaryWriter, makeReader } from 'ion-js';
import { ionHash, readIon } from '../packages/assay/src/ion/index.ts';
import { dot, merkleRoot } from '../packages/assay/src/qldb/dot.ts';
import { verifyExport } from '../packages/assay/src/qldb/index.ts';

const seconds = Number(process.argv[2] ?? 3);
const STRAND = 'JdxjkR9bSYB5jMHWcI464T';
const REVISIONS = 4;
const EXPORTED = 5000;

const hashOf = (text: string) => ionHash([...readIon(Buffer.from(text), 'bench')][0]!);
const blob = (bytes: Uint8Array) => `{{${Buffer.from(bytes).toString('base64')}}}`;

/** Block `n` in Ion text, of about 1.8 KB, and its hash. */
function block(n: number, previous: Uint8Array): { readonly text: string; readonly hash: Uint8Array } {
  const address = `{strandId:"${STRAND}",sequenceNo:${n}}`;
  const at = `2019-10-25T17:20:21.${String(n % 1000).padStart(3, '0')}Z`;
  const statement = `"UPDATE Vehicle SET price = ${n}"`;
  const info = `{statements:[{statement:${statement},startTime:${at},statementDigest:${blob(hashOf(statement))}}],documents:{doc1:{tableName:"Vehicle",tableId:"tab",statements:[0]}}}`;
  const revisions = Array.from({ length: REVISIONS }, (_, i) => {
    const metadata = `{id:"doc${i}",version:${n},txTime:${at},txId:"tx${n}"}`;
    const data = `{price:${n}.25,vin:"1N4AL11D75C${n}",seen:[2019-01-02,null.int],owner:person::{id:9007199254740993}}`;
    const hash = dot(hashOf(metadata), hashOf(data));
    return { hash, text: `{blockAddress:${address},hash:${blob(hash)},data:${data},metadata:${metadata}}` };
  });
  const entries = [hashOf(info), merkleRoot(revisions.map(({ hash }) => hash))];
  const entriesHash = merkleRoot(entries);
  const hash = dot(entriesHash, previous);
  const text = `{blockAddress:${address},transactionId:"tx${n}",blockHash:${blob(hash)},entriesHash:${blob(entriesHash)},previousBlockHash:${blob(previous)},entriesHashList:[${entries.map(blob).join(',')}],transactionInfo:${info},revisions:[${revisions.map(({ text }) => text).join(',')}]}`;
  return { text, hash };
}

/** Passes over `count` blocks until the time is over: blocks per second of the clock, and of this process's processor time. */
function rate(count: number, pass: () => unknown): { readonly clock: number; readonly processor: number } {
  pass();
  const start = performance.now();
  const used = process.cpuUsage();
  let passes = 0;
  do {
    pass();
    passes++;
  } while (performance.now() - start < seconds * 1000);
  const { user, system } = process.cpuUsage(used);
  const done = passes * count;
  return { clock: (done * 1000) / (performance.now() - start), processor: (done * 1e6) / (user + system) };
}

function report(what: string, { clock, processor }: { readonly clock: number; readonly processor: number }): void {
  console.log(`${what.padEnd(48)}${clock.toFixed(0).padStart(10)}${processor.toFixed(0).padStart(14)}`);
}

function hashByIonHashJs(bytes: Uint8Array): Uint8Array {
  const reader = makeHashReader(makeReader(bytes), cryptoHasherProvider('sha256'));
  reader.next();
  reader.next();
  return reader.digest();
}

const readOne = (bytes: Uint8Array) => [...readIon(bytes, 'bench')][0]!;
const hashByAssay = (bytes: Uint8Array) => ionHash(readOne(bytes));

async function main(folder: string): Promise<void> {
  let previous: Uint8Array = new Uint8Array(0);
  const texts = Array.from({ length: EXPORTED }, (_, n) => {
    const { text, hash } = block(n, previous);
    previous = hash;
    return text;
  });
  const sample = texts.slice(0, 200).map((text) => Buffer.from(text));
  const binary = sample.map((bytes) => {
    const writer = makeBinaryWriter();
    writer.writeValues(makeReader(bytes));
    writer.close();
    return writer.getBytes();
  });
  const version = (name: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, `../node_modules/${name}/package.json`), 'utf8')).version;
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, ion-hash-js ${version('ion-hash-js')}, ion-js ${version('ion-js')}`,
  );
  console.log(
    `blocks of ${sample[100]!.length} bytes as text, ${binary[100]!.length} as binary, ${REVISIONS} revisions each\n`,
  );
  for (const bytes of [...sample, ...binary]) {
    if (Buffer.compare(hashByIonHashJs(bytes), hashByAssay(bytes)) !== 0) throw new Error('the hashes differ');
  }
  console.log(`${''.padEnd(48)}${'blocks/s'.padStart(10)}${'per s of CPU'.padStart(14)}`);
  for (const [form, bytes] of [
    ['text', sample],
    ['binary', binary],
  ] as const) {
    report(
      `ion-hash-js, ${form}: read and hash`,
      rate(bytes.length, () => bytes.map(hashByIonHashJs)),
    );
    report(
      `Assay, ${form}: read`,
      rate(bytes.length, () => bytes.map(readOne)),
    );
    report(
      `Assay, ${form}: read and hash`,
      rate(bytes.length, () => bytes.map(hashByAssay)),
    );
  }
  const name = `${STRAND}.0-${EXPORTED - 1}.ion`;
  writeFileSync(join(folder, name), texts.join('\n'));
  writeFileSync(join(folder, `e1.${STRAND}.completed.manifest`), `{keys:["${name}"]}`);
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const used = process.cpuUsage();
    const { ok, blocks } = await verifyExport(folder);
    if (!ok || blocks !== EXPORTED) throw new Error('the export does not verify');
    const { user, system } = process.cpuUsage(used);
    report(`Assay, text: an export verified, round ${round + 1}`, {
      clock: (blocks * 1000) / (performance.now() - start),
      processor: (blocks * 1e6) / (user + system),
    });
  }
}

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-qldb-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
