import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { LedgerRecord } from '../record.ts';
import type { NameIndexCheck } from '../verify-rows.ts';

/** What a name stands for: a record by its hash, or a body or a note by its digest. */
export const NAMED = { record: 0, body: 1, note: 2 } as const;
export type Named = (typeof NAMED)[keyof typeof NAMED];

/** Records of a block, by level. A block of one level takes the place of eight of the level before. */
const WIDTHS = [1024, 8192, 65_536, 524_288] as const;
/** A part holds about 64 names: those that begin with the same 5 + 3·level bits. */
const partBits = (level: number) => 5 + 3 * level;
/** Of a record's index, in the last 20 bits of a name's word: the block says the rest. */
const INDEX_BITS = 0xf_ffff;

interface Block {
  readonly level: number;
  readonly block: number;
}

/** A record, and what it is named by. */
export interface NamedRecord {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly record: LedgerRecord;
}

/**
 * Finds records by their hashes, and bodies by their digests. Such names are random: a B-tree of them would have a page
 * written anew for nearly each one that is added. They are kept as sorted blocks instead, each written once when its last
 * record is there, and merged by eights; how many blocks there are follows from the number of records.
 *
 * A name is a word of 64 bits: 42 of the hash, 2 for what it names, 20 of the index. What is found is a candidate, to be
 * compared with its row.
 */
export class SqliteNames {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Where the names end: records from here on are in no block yet. */
  static end(size: number): number {
    return size - (size % WIDTHS[0]);
  }

  /** Indexes of records that may have the name, the newest blocks first. */
  *candidates(name: Uint8Array, named: Named, size: number): Iterable<number> {
    const high = readHigh(name);
    const low = ((name[4]! << 8) | name[5]!) >>> 6;
    for (const place of blocksOf(size).reverse()) {
      const words = this.#part(place, high >>> (32 - partBits(place.level)));
      for (let at = lowerBound(words, high); at < words.length && words[at + 1] === high; at += 2) {
        if (words[at]! >>> 20 === ((low << 2) | named)) yield indexOf(place, words[at]!);
      }
    }
  }

  /** Indexes of the records whose hashes may lie between two, both ends in: of each block the first `limit`, and those like the last. */
  *between(first: Uint8Array, last: Uint8Array, limit: number, size: number): Iterable<number> {
    const [from, to] = [readHigh(first), readHigh(last)];
    for (const place of blocksOf(size)) {
      const shift = 32 - partBits(place.level);
      let found = 0;
      let latest = -1;
      search: for (let part = from >>> shift; part <= to >>> shift; part++) {
        const words = this.#part(place, part);
        for (let at = lowerBound(words, from); at < words.length; at += 2) {
          const [low, high] = [words[at]!, words[at + 1]!];
          if (high > to || (found >= limit && high !== latest)) break search;
          if (((low >>> 20) & 3) !== NAMED.record) continue;
          // Those that begin as the first one does may lie before it.
          if (high > from) found++;
          latest = high;
          yield indexOf(place, low);
        }
      }
    }
  }

  /** Writes the blocks that records [from, to) make complete. `read` gives the records of a range. */
  extend(from: number, to: number, read: (from: number, to: number) => readonly NamedRecord[]): void {
    for (let end = SqliteNames.end(from) + WIDTHS[0]; end <= to; end += WIDTHS[0]) {
      const names = new Names(3 * WIDTHS[0]);
      for (const named of read(end - WIDTHS[0], end)) names.add(named);
      this.#write({ level: 0, block: end / WIDTHS[0] - 1 }, names.sorted());
      for (let level = 1; level < WIDTHS.length && end % WIDTHS[level]! === 0; level++) {
        this.#merge({ level, block: end / WIDTHS[level]! - 1 });
      }
    }
  }

  /** The words of a block, each as its low and its high half. */
  words({ level, block }: Block): Uint32Array {
    const sql = 'SELECT words FROM name WHERE level = ? AND block = ? ORDER BY part';
    return joined(this.#all(sql, level, block));
  }

  get parts(): number {
    return Number(this.#all('SELECT count(*) FROM name')[0]?.[0]);
  }

  #merge({ level, block }: Block): void {
    const ends = [level - 1, 8 * block, 8 * block + 8] as const;
    const where = 'FROM name WHERE level = ? AND block >= ? AND block < ?';
    const words = joined(this.#all(`SELECT words ${where} ORDER BY block, part`, ...ends));
    new BigUint64Array(words.buffer).sort();
    this.#write({ level, block }, words);
    this.#prepared(`DELETE ${where}`).run(...ends);
  }

  #write({ level, block }: Block, words: Uint32Array): void {
    const insert = this.#prepared('INSERT INTO name (level, block, part, words) VALUES (?, ?, ?, ?)');
    for (const { part, start, end } of partsOf(words, level))
      insert.run(level, block, part, toBytes(words.slice(start, end)));
  }

  #part({ level, block }: Block, part: number): Uint32Array {
    const sql = 'SELECT words FROM name WHERE level = ? AND block = ? AND part = ?';
    return joined(this.#all(sql, level, block, part));
  }

  #all(sql: string, ...values: SQLInputValue[]): SQLOutputValue[][] {
    return this.#prepared(sql).all(...values) as unknown as SQLOutputValue[][];
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Compares the stored names with those of the records, which it is told of in their order. */
export class NameCheck implements NameIndexCheck {
  readonly #stored: SqliteNames;
  readonly #blocks: readonly Block[];
  readonly #problems: string[] = [];
  #at = 0;
  #names: Names | undefined;
  #parts = 0;
  #isKnown = true;

  constructor(stored: SqliteNames, size: number) {
    this.#stored = stored;
    this.#blocks = blocksOf(size);
  }

  /** @param record undefined when what the entry says is not known; the block cannot be compared then */
  add(index: number, hash: Uint8Array, record: LedgerRecord | undefined): void {
    const place = this.#blocks[this.#at];
    if (place === undefined) return;
    const width = WIDTHS[place.level]!;
    this.#names ??= new Names(3 * width);
    if (record === undefined || hash.length !== 32) this.#isKnown = false;
    else this.#names.add({ index, hash, record });
    if (index + 1 === (place.block + 1) * width) this.#compare(place);
  }

  problems(): readonly string[] {
    const strange = this.#stored.parts - this.#parts;
    return this.#isKnown && this.#problems.length === 0 && strange !== 0
      ? [`the index of names has ${strange} parts that no record asks for`]
      : this.#problems;
  }

  #compare(place: Block): void {
    const should = this.#names!.sorted();
    if (this.#isKnown) {
      for (const _ of partsOf(should, place.level)) this.#parts++;
      if (Buffer.compare(toBytes(this.#stored.words(place)), toBytes(should)) !== 0) {
        const width = WIDTHS[place.level]!;
        const [from, to] = [place.block * width, (place.block + 1) * width - 1];
        this.#problems.push(`the index of names is not that of the records ${from} to ${to}`);
      }
    }
    this.#names = undefined;
    this.#at++;
  }
}

/** The names of a block in the making. */
class Names {
  readonly #words: Uint32Array<ArrayBuffer>;
  #length = 0;

  constructor(most: number) {
    this.#words = new Uint32Array(2 * most);
  }

  add({ index, hash, record }: NamedRecord): void {
    this.#add(index, hash, NAMED.record);
    this.#add(index, Buffer.from(record.body.digest, 'hex'), NAMED.body);
    if (record.note) this.#add(index, Buffer.from(record.note.digest, 'hex'), NAMED.note);
  }

  sorted(): Uint32Array {
    const words = this.#words.slice(0, this.#length);
    new BigUint64Array(words.buffer).sort();
    return words;
  }

  #add(index: number, name: Uint8Array, named: Named): void {
    const low = ((name[4]! << 8) | name[5]!) >>> 6;
    this.#words[this.#length++] = (low << 22) | (named << 20) | (index & INDEX_BITS);
    this.#words[this.#length++] = readHigh(name);
  }
}

/** The blocks of a ledger of so many records, from the first record on: as wide as can be. */
function blocksOf(size: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  for (let level = WIDTHS.length - 1; level >= 0; level--) {
    for (const width = WIDTHS[level]!; at + width <= size; at += width) blocks.push({ level, block: at / width });
  }
  return blocks;
}

function* partsOf(words: Uint32Array, level: number): Iterable<{ part: number; start: number; end: number }> {
  const shift = 32 - partBits(level);
  for (let start = 0; start < words.length; ) {
    const part = words[start + 1]! >>> shift;
    let end = start + 2;
    while (end < words.length && words[end + 1]! >>> shift === part) end += 2;
    yield { part, start, end };
    start = end;
  }
}

function indexOf({ level, block }: Block, low: number): number {
  const first = block * WIDTHS[level]!;
  return first + (((low & INDEX_BITS) - first) & INDEX_BITS);
}

/** Where the first word with this high half, or a greater one, begins. */
function lowerBound(words: Uint32Array, high: number): number {
  let [from, to] = [0, words.length / 2];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (words[2 * middle + 1]! < high) from = middle + 1;
    else to = middle;
  }
  return 2 * from;
}

function readHigh(name: Uint8Array): number {
  return ((name[0]! << 24) | (name[1]! << 16) | (name[2]! << 8) | name[3]!) >>> 0;
}

/** Words as they are stored: the halves in this machine's memory, the low one first, each in its little-endian order. */
function toBytes(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function joined(rows: readonly SQLOutputValue[][]): Uint32Array<ArrayBuffer> {
  const blobs = rows.map(([blob]) => (blob instanceof Uint8Array ? blob : new Uint8Array(0)));
  const bytes = new Uint8Array(blobs.reduce((sum, { length }) => sum + (length & ~7), 0));
  let at = 0;
  for (const blob of blobs) {
    bytes.set(blob.subarray(0, blob.length & ~7), at);
    at += blob.length & ~7;
  }
  return new Uint32Array(bytes.buffer);
}
