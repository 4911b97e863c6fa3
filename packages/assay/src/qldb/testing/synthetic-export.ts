/** Synthetic exports: no AWS data, written as text and hashed by ion-hash-js. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cryptoHasherProvider, makeHashReader } from 'ion-hash-js';
import { dumpBinary, loadAll, makeReader } from 'ion-js';
import { afterEach, beforeEach } from 'vitest';
import { type IonValue, readIon } from '../../ion/index.ts';
import { dot } from '../dot.ts';

export const STRAND = 'JdxjkR9bSYB5jMHWcI464T';

/** The Ion Hash of a value of Ion text, by another implementation than ours. */
export function hashOf(ion: string): Uint8Array {
  const reader = makeHashReader(makeReader(ion), cryptoHasherProvider('sha256'));
  reader.next();
  reader.next();
  return reader.digest();
}

export const blob = (bytes: Uint8Array) => `{{${Buffer.from(bytes).toString('base64')}}}`;

/** Blocks 0, 1, …: an update of a document each; block 1 has a redacted, a deleted and a hash-only revision besides. */
export function blocks(count: number): string[] {
  let previous = '{{}}';
  return Array.from({ length: count }, (_, n) => {
    const address = `{strandId:"${STRAND}",sequenceNo:${n}}`;
    const at = new Date(Date.UTC(2019, 9, 25, 17, 20, 10) + 1001 * n).toISOString();
    const statement = `"UPDATE Vehicle SET price = ${n}"`;
    const info = `{statements:[{statement:${statement},startTime:${at},statementDigest:${blob(hashOf(statement))}}],documents:{doc1:{tableName:"Vehicle",tableId:"tab",statements:[0]}}}`;
    const revision = (id: string, rest: (metadataHash: Uint8Array) => { hash: Uint8Array; fields: string }) => {
      const metadata = `{id:"${id}",version:${n},txTime:${at},txId:"tx${n}"}`;
      const { hash, fields } = rest(hashOf(metadata));
      return { hash, text: `{blockAddress:${address},hash:${blob(hash)},${fields}metadata:${metadata}}` };
    };
    const data = `{price:90.25${n},vin:"1N4AL11D75C${n}",seen:[2019-01-0${(n % 9) + 1},null.int],owner:person::{id:9007199254740993}}`;
    const revisions = [revision('doc1', (own) => ({ hash: dot(own, hashOf(data)), fields: `data:${data},` }))];
    if (n === 1) {
      const gone = hashOf('{secret:1}');
      revisions.push(revision('doc2', (own) => ({ hash: dot(own, gone), fields: `dataHash:${blob(gone)},` })));
      revisions.push(revision('doc3', (own) => ({ hash: own, fields: '' })));
      revisions.push({ hash: hashOf('4'), text: `{hash:${blob(hashOf('4'))}}` });
    }
    const [one, two, three, four] = revisions.map(({ hash }) => hash);
    const root = two && three && four ? dot(dot(one!, two), dot(three, four)) : one!;
    const entries = [hashOf('9'), hashOf(info), root];
    const entriesHash = dot(dot(entries[0]!, entries[1]!), entries[2]!);
    const hash = n === 0 ? entriesHash : dot(entriesHash, Buffer.from(previous.slice(2, -2), 'base64'));
    const text = `{blockAddress:${address},transactionId:"tx${n}",blockHash:${blob(hash)},entriesHash:${blob(entriesHash)},previousBlockHash:${previous},entriesHashList:[${entries.map(blob).join(',')}],transactionInfo:${info},revisions:[${revisions.map(({ text }) => text).join(',')}]}`;
    previous = blob(hash);
    return text;
  });
}

export type Form = 'text' | 'binary' | 'json';

/** A folder for each test; `write` adds an export to it, blocks by the range in a file's name. */
export function exportFolder() {
  const place = { folder: '', write };
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), 'assay-qldb-'));
  });
  afterEach(() => rmSync(place.folder, { recursive: true, force: true }));
  function write(
    files: Readonly<Record<string, readonly string[]>>,
    form: Form = 'text',
    listed: readonly string[] = Object.keys(files),
  ): void {
    const ending = form === 'json' ? 'json' : 'ion';
    for (const [range, texts] of Object.entries(files)) {
      const file = join(place.folder, `2019/10/25/17/${STRAND}.${range}.${ending}`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytesOf(texts, form));
    }
    const keys = listed.map((range) => `"exports/2019/10/25/17/${STRAND}.${range}.${ending}"`);
    writeFileSync(join(place.folder, `e1.${STRAND}.completed.manifest`), `{"keys":[${keys.join(',')}]}`);
  }
  return place;
}

function bytesOf(texts: readonly string[], form: Form): string | Uint8Array {
  if (form === 'binary') return dumpBinary(...loadAll(texts.join('\n')));
  if (form === 'text') return texts.join('\n');
  return texts.map((text) => jsonOf([...readIon(Buffer.from(text), 'fixture')][0]!)).join('\n');
}

/** Ion converted down to JSON: annotations, precision and types go. */
function jsonOf(value: IonValue): string {
  switch (value.type) {
    case 'struct':
      return `{${value.fields.map(({ name, value: inner }) => `${JSON.stringify(name)}:${jsonOf(inner)}`).join(',')}}`;
    case 'list':
    case 'sexp':
      return `[${value.items.map(jsonOf).join(',')}]`;
    case 'blob':
    case 'clob':
      return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
    case 'null':
      return 'null';
    case 'decimal':
      return String(Number(`${value.coefficient}e${value.exponent}`));
    case 'timestamp':
    case 'symbol':
      return JSON.stringify(value.text);
    case 'string':
      return JSON.stringify(value.value);
    default:
      return String(value.value);
  }
}
