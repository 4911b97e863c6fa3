import { setImmediate as nextTurn } from 'node:timers/promises';
import { hexOf, leafOfText, nodeHasher, sealedDigest } from './hashing.ts';
import { linksOf } from './link.ts';
import { LinkSum } from './link-sum.ts';
import type { NeededObjects } from './needed-objects.ts';
import {
  equalBytes,
  Frontier,
  fromHex,
  KEY_RECORD,
  parseEntry,
  parsePlainEntry,
  toHex,
  type Verifier,
  verifyCheckpoint,
} from './proof/index.ts';
import type { LedgerRecord, Sealed } from './record.ts';
import { referenceTo } from './reference.ts';
import { REDACTS } from './sealing.ts';
import type { BodyRow, LinkRow, NodeRow, StoredCheckpoint } from './storage.ts';
import type { Failure, Verification } from './verify.ts';
import type { LedgerRows, NameIndexCheck, RecordRow } from './verify-rows.ts';

export interface TablesVerdict {
  readonly records: number;
  readonly checkpoints: number;
  readonly checkpoint: Verification['checkpoint'];
  /** The root at each size that was asked for, and the ledger reached. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  /** Records about the ledger's keys, in order. */
  readonly keyRecords: readonly { readonly index: number; readonly record: LedgerRecord }[];
}

interface Options {
  readonly verifiers: readonly Verifier[];
  readonly sizes: ReadonlySet<number>;
  /** Takes what records need; undefined when neither bodies nor objects are looked at. */
  readonly objects: NeededObjects | undefined;
  readonly fail: (failure: Failure) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const PAGE = 1024;
const LINK_PAGE = 4096;

/**
 * Verifies the ledger's rows against the entries: one pass over the entries, a page at a time beside the nodes, checkpoints and
 * bodies that belong to the page, and one over the links.
 */
export async function verifyTables(rows: LedgerRows, options: Options): Promise<TablesVerdict> {
  return new TableVerifier(rows, options).run();
}

/** What belongs to a page of records. */
interface Page {
  readonly bodies: ReadonlyMap<number, BodyRow>;
  readonly checkpoints: ReadonlyMap<number, StoredCheckpoint>;
  /** By level. */
  readonly nodes: readonly NodeLevel[];
}

/** The nodes of one level, of which the tree asks in order. */
interface NodeLevel {
  readonly rows: readonly Pick<NodeRow, 'position' | 'hash'>[];
  next: number;
}

const NO_PAGE: Page = { bodies: new Map(), checkpoints: new Map(), nodes: [] };

class TableVerifier {
  readonly #rows: LedgerRows;
  readonly #options: Options;
  readonly #fail: Options['fail'];
  readonly #frontier = new Frontier(nodeHasher);
  readonly #roots = new Map<number, Uint8Array>();
  readonly #linkKey = LinkSum.key();
  readonly #links = new LinkSum(this.#linkKey);
  /** What to say of records without their body, and of what they name, unless a redaction names them: by their hash. */
  readonly #gone = new Map<string, (() => void)[]>();
  #page = NO_PAGE;
  /** Revisions whose earlier one, and parents whose records, are still to be looked up. */
  #revisions: { readonly record: LedgerRecord; readonly index: number }[] = [];
  #parents: {
    readonly hash: Uint8Array;
    readonly what: string;
    readonly record: LedgerRecord;
    readonly index: number;
  }[] = [];
  /** The index that the next row should have. */
  #next = 0;
  /** A leaf is missing, so that no later root can be computed. */
  #broken = false;
  #mismatched = false;
  #laterMismatches = 0;
  #nodes = 0;
  #bodies = 0;
  #checkpoint: Verification['checkpoint'];
  readonly #keyRecords: { readonly index: number; readonly record: LedgerRecord }[] = [];
  #names: NameIndexCheck | undefined;

  constructor(rows: LedgerRows, options: Options) {
    this.#rows = rows;
    this.#options = options;
    this.#fail = options.fail;
  }

  async run(): Promise<TablesVerdict> {
    const total = await this.#rows.count('record');
    this.#names = this.#rows.names?.(total);
    this.#reached();
    let last = -1;
    for (;;) {
      const rows = await this.#rows.records(last, PAGE);
      if (rows.length === 0) break;
      last = rows.at(-1)!.index;
      this.#page = await this.#readPage(last + 1);
      for (const row of rows) this.#verifyRow(row);
      await this.#verifyLookups();
      this.#options.onProgress?.(this.#next, total);
      this.#options.signal?.throwIfAborted();
      await nextTurn();
    }
    for (const missing of this.#gone.values()) for (const tell of missing) tell();
    if (!this.#broken) for (const message of this.#names?.problems() ?? []) this.#fail({ check: 'name', message });
    await this.#verifyLinkRows();
    const checkpoints = await this.#verifyCounts(total);
    return {
      records: total,
      checkpoints,
      checkpoint: this.#checkpoint,
      roots: this.#roots,
      keyRecords: this.#keyRecords,
    };
  }

  /** Reads what belongs to the records from the next one up to `end`. */
  async #readPage(end: number): Promise<Page> {
    const start = this.#next;
    const nodes: NodeLevel[] = [];
    if (!this.#broken) {
      for (let level = 1, width = 2; width <= end; level++, width *= 2) {
        const [from, to] = [Math.floor(start / width), Math.floor(end / width)];
        nodes[level] = { rows: from < to ? await this.#rows.nodes(level, from, to) : [], next: 0 };
      }
    }
    const checkpoints = this.#broken ? [] : await this.#rows.checkpoints(start + 1, end + 1);
    const bodies = this.#options.objects ? await this.#rows.bodies(2 * start, 2 * end) : [];
    return {
      bodies: new Map(bodies.map((row) => [row.slot, row])),
      checkpoints: new Map(checkpoints.map((row) => [row.size, row])),
      nodes,
    };
  }

  #verifyRow(row: RecordRow): void {
    const { index, hash: stored, text } = row;
    const leaf = text === undefined ? nodeHasher.leaf(row.entry) : leafOfText(text);
    let record: LedgerRecord | undefined;
    let problem = '';
    try {
      record = parsePlainEntry(text ?? Buffer.from(row.entry).toString('latin1')) ?? parseEntry(row.entry);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const fail: Fail = (check, message) =>
      this.#fail({ check, record: record ? referenceTo({ record }) : toHex(stored), index, message });
    if (index !== this.#next) {
      const missing = index - this.#next;
      this.#fail({
        check: 'index',
        index: this.#next,
        message: `${missing === 1 ? `record ${this.#next} is` : `records ${this.#next} to ${index - 1} are`} missing; the tree after it cannot be compared`,
      });
      this.#broken = true;
    }
    this.#next = index + 1;
    const isItsHash = equalBytes(leaf, stored);
    if (!isItsHash) fail('leaf-hash', 'the entry has not the hash that is stored with it');
    this.#names?.add(index, stored, isItsHash ? record : undefined);
    if (record === undefined) fail('entry', problem);
    else this.#verifyRecord(record, row, fail);
    if (!this.#broken) this.#grow(stored.length === 32 ? stored : leaf, fail);
  }

  #verifyRecord(record: LedgerRecord, row: RecordRow, fail: Fail): void {
    const { index } = row;
    if (record.kind !== row.kind || record.id !== row.id || record.revision !== row.revision) {
      const said = `${row.kind}/${row.id} revision ${row.revision}`;
      fail('record-row', `the row says ${said}, the entry ${record.kind}/${record.id} revision ${record.revision}`);
    }
    if (record.kind === KEY_RECORD.kind) this.#keyRecords.push({ index, record });
    if (record.revision > 1) this.#revisions.push({ record, index });
    for (const link of distinctLinks(record, index)) this.#links.add(link);
    for (const { role, ref } of record.parents) {
      if (!ref.startsWith('record:')) continue;
      const hash = fromHex(ref.slice('record:'.length))!;
      this.#parents.push({ hash, what: `its parent ${ref} (${role})`, record, index });
      if (record.event === 'redacted' && role === REDACTS) this.#gone.delete(toHex(hash));
    }
    const { objects } = this.#options;
    if (objects === undefined) return;
    this.#verifyBody('body', record.body, { slot: 2 * index, row, record }, objects, fail);
    if (record.note) this.#verifyBody('note', record.note, { slot: 2 * index + 1, row, record }, objects, fail);
    const needed = () => addArtifacts(objects, record, index);
    const missing = this.#gone.get(toHex(row.hash));
    if (missing === undefined) needed();
    else missing.push(needed);
  }

  /**
   * The tree is compared as one of the stored leaf hashes, each of which was compared with its entry: so a changed entry is
   * one failure, and not also one of each node above it and of each later checkpoint.
   */
  #grow(leaf: Uint8Array, fail: Fail): void {
    this.#frontier.add(leaf, (level, position, hash) => {
      this.#nodes++;
      const stored = nextNode(this.#page.nodes[level], position);
      const place = `at level ${level}, position ${position}`;
      if (!stored) fail('tree-node', `the tree lacks its node ${place}`);
      else if (!equalBytes(stored.hash, hash))
        fail('tree-node', `the tree's node ${place} is not the hash of what lies under it`);
    });
    this.#reached();
  }

  /** Of a page: that each revision follows its earlier one, and each record its parents. */
  async #verifyLookups(): Promise<void> {
    const [revisions, parents] = [this.#revisions, this.#parents];
    this.#revisions = [];
    this.#parents = [];
    if (revisions.length > 0) {
      const before = await this.#rows.indexesOfRevisions(
        revisions.map(({ record: { kind, id, revision } }) => ({ kind, id, revision: revision - 1 })),
      );
      revisions.forEach(({ record, index }, i) => {
        const { revision } = record;
        const fail = (message: string) =>
          this.#fail({ check: 'revision', record: referenceTo({ record }), index, message });
        const earlier = before[i];
        if (earlier === undefined) fail(`revision ${revision} has no revision ${revision - 1} before it`);
        else if (earlier >= index) fail(`revision ${revision} comes before revision ${revision - 1}`);
      });
    }
    if (parents.length > 0) {
      const found = await this.#rows.indexesOfHashes(parents.map(({ hash }) => hash));
      parents.forEach(({ what, record, index }, i) => {
        const fail = (message: string) =>
          this.#fail({ check: 'parent', record: referenceTo({ record }), index, message });
        const parent = found[i];
        if (parent === undefined) fail(`${what} is not in the ledger`);
        else if (parent >= index) fail(`${what} comes after it`);
      });
    }
  }

  #verifyBody(
    what: string,
    sealed: Sealed,
    { slot, row, record }: { readonly slot: number; readonly row: RecordRow; readonly record: LedgerRecord },
    objects: NeededObjects,
    fail: Fail,
  ): void {
    const stored = this.#page.bodies.get(slot);
    if (stored === undefined) {
      const hash = toHex(row.hash);
      const missing = this.#gone.get(hash) ?? [];
      missing.push(() => fail('body', `its ${what} is missing, and no later record redacts it`));
      this.#gone.set(hash, missing);
      return;
    }
    this.#bodies++;
    const { salt, digest, bytes, object } = stored;
    if (hexOf(digest) !== sealed.digest) {
      fail('body', `the row of its ${what} has another digest than the entry`);
    } else if (object !== undefined) {
      const sha256 = toHex(object);
      objects.add(`${sealed.digest} ${sha256}`, {
        check: 'object',
        sha256,
        size: sealed.size,
        name: what,
        record: referenceTo({ record }),
        index: row.index,
        sealed: { salt, digest: sealed.digest },
      });
    } else if (bytes?.length !== sealed.size || !equalBytes(sealedDigest(salt, bytes), digest)) {
      fail('body', `the stored bytes or the salt of its ${what} are not the ones that were sealed`);
    }
  }

  /** Called at each size, the empty tree's too. */
  #reached(): void {
    const { size } = this.#frontier;
    if (this.#options.sizes.has(size)) this.#roots.set(size, this.#frontier.root());
    const row = this.#page.checkpoints.get(size);
    if (row === undefined) return;
    const fail = (message: string) =>
      this.#fail({ check: 'checkpoint', index: size - 1, message: `the checkpoint of ${size} records ${message}` });
    try {
      const { origin, size: signedSize, root } = verifyCheckpoint(row.note, this.#options.verifiers);
      if (signedSize !== size) fail(`is of ${signedSize} records`);
      else if (!equalBytes(root, this.#frontier.root())) {
        // What breaks one root breaks all that follow.
        if (this.#mismatched) this.#laterMismatches++;
        else fail('signs another root than the records have');
        this.#mismatched = true;
      } else this.#checkpoint = { origin, size, root: toHex(root) };
    } catch (error) {
      fail(`does not verify: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Compares the sum of the links with that of the entries; only when they differ is each one looked for. */
  async #verifyLinkRows(): Promise<void> {
    const stored = new LinkSum(this.#linkKey);
    for (let last: LinkRow | undefined; ; ) {
      const page = await this.#rows.links(last, LINK_PAGE);
      for (const link of page) stored.add(link);
      last = page.at(-1);
      if (last === undefined) break;
      this.#options.signal?.throwIfAborted();
      await nextTurn();
    }
    if (stored.equals(this.#links)) return;
    let missing = 0;
    for (let last = -1; ; ) {
      const rows = await this.#rows.records(last, PAGE);
      if (rows.length === 0) break;
      last = rows.at(-1)!.index;
      missing += await this.#nameMissingLinks(rows);
    }
    const strange = stored.count - (this.#links.count - missing);
    if (strange > 0) this.#fail({ check: 'link', message: `${strange} links belong to no record` });
  }

  async #nameMissingLinks(rows: readonly RecordRow[]): Promise<number> {
    const wanted = rows.flatMap(({ entry, index }) => {
      try {
        const record = parseEntry(entry);
        return distinctLinks(record, index).map((link) => ({ link, record }));
      } catch {
        // Told as an entry that cannot be read.
        return [];
      }
    });
    const there = await this.#rows.haveLinks(wanted.map(({ link }) => link));
    const missing = wanted.filter((_, i) => there[i] === false);
    for (const { link, record } of missing) {
      const message = `the index lacks the link to ${toHex(link.target)}`;
      this.#fail({ check: 'link', record: referenceTo({ record }), index: link.index, message });
    }
    return missing.length;
  }

  /** Finds rows that nothing asks for, by counting. Answers with the number of checkpoints. */
  async #verifyCounts(records: number): Promise<number> {
    if (this.#laterMismatches > 0) {
      this.#fail({ check: 'checkpoint', message: `${this.#laterMismatches} later checkpoints sign other roots too` });
    }
    const extra = async (check: Failure['check'], table: 'node' | 'body', known: number, what: string) => {
      const rows = await this.#rows.count(table);
      if (rows > known) this.#fail({ check, message: `${rows - known} ${what} belong to no record` });
    };
    if (!this.#broken) await extra('tree-node', 'node', this.#nodes, 'nodes of the tree');
    if (this.#options.objects) await extra('body-orphan', 'body', this.#bodies, 'bodies');
    const { newest, impossible } = await this.#rows.checkpointSizes();
    if (newest < records) {
      this.#fail({
        check: 'checkpoint',
        index: newest,
        message: `no checkpoint covers the records ${newest} to ${records - 1}`,
      });
    } else if (newest > records) {
      this.#fail({
        check: 'checkpoint',
        index: records,
        message: `the newest checkpoint is of ${newest} records, and ${records} are there`,
      });
    }
    if (impossible > 0)
      this.#fail({ check: 'checkpoint', message: `${impossible} checkpoints are of no size that a ledger can have` });
    return this.#rows.count('checkpoint');
  }
}

type Fail = (check: Failure['check'], message: string) => void;

/** Rows at positions before the one that is asked for are passed over; they are counted as strange in the end. */
function nextNode(level: NodeLevel | undefined, position: number): Pick<NodeRow, 'hash'> | undefined {
  if (level === undefined) return undefined;
  while ((level.rows[level.next]?.position ?? position) < position) level.next++;
  const row = level.rows[level.next];
  if (row?.position !== position) return undefined;
  level.next++;
  return row;
}

/** A record that names one thing twice has one row of it. */
function distinctLinks(record: LedgerRecord, index: number): LinkRow[] {
  const links = linksOf(record);
  const rows =
    links.length < 2 ? links : [...new Map(links.map((link) => [`${link.type} ${toHex(link.target)}`, link])).values()];
  return rows.map(({ target, type }) => ({ target, type, index }));
}

function addArtifacts(objects: NeededObjects, record: LedgerRecord, index: number): void {
  for (const { name, md5, sha256, size, kept } of record.artifacts) {
    objects.add(`${md5} ${sha256}`, {
      kept,
      check: 'artifact',
      sha256,
      md5,
      size: md5.endsWith('.dir') ? undefined : size,
      name,
      record: referenceTo({ record }),
      index,
    });
  }
}
