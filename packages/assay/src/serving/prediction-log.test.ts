import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Frontier, nodeHasher, type RecordStore, toHex } from '../records/index.ts';
import { type LedgerFixture, ledgerIn } from '../records/ledger-fixture.ts';
import { type PredictionLine, PredictionLog, type PredictionLogOptions } from './prediction-log.ts';

let folder: string;
let ledger: LedgerFixture;
let records: RecordStore;
let errors: unknown[];
let directory: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'predictions-'));
  directory = join(folder, 'predictions');
  ledger = ledgerIn(folder);
  records = await ledger.open();
  errors = [];
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true });
});

const open = (more: Partial<PredictionLogOptions> = {}) =>
  PredictionLog.open({
    records,
    objects: ledger.objects,
    directory,
    clock: () => new Date(),
    onError: (error) => errors.push(error),
    ...more,
  });

function line(id: string, text = `text of ${id}`): PredictionLine {
  return { id, at: '2026-03-01T00:00:00.000Z', model: 'm', version: '1:0:0', text, label: 'up', probabilities: [1] };
}

interface Segment {
  readonly lines: number;
  readonly root: string;
}

async function segments(): Promise<{ readonly body: Segment; readonly text: string }[]> {
  const found = [];
  for (const { record } of await records.list({ kind: 'prediction-segment' })) {
    const sealed = await records.body(record.body);
    const body: Segment = JSON.parse(Buffer.from(sealed!.bytes).toString());
    found.unshift({ body, text: Buffer.from(await ledger.objects.read(record.artifacts[0]!.sha256)).toString() });
  }
  return found;
}

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;
const leftover = (id: string, pid: number, text: string) => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${id.repeat(32)}.${pid}.jsonl`), text);
};
const written = (...ids: string[]) => ids.map((id) => `${JSON.stringify(line(id))}\n`).join('');

describe('the prediction log', () => {
  it('seals what it was given as one record with the Merkle root over its lines, and keeps no open segment', async () => {
    const log = await open();
    const hostile = 'two\nlines\u2028 \ud800 </script> \0';
    log.append(line('a'));
    log.append(line('b', hostile));
    await log.close();
    const [segment] = await segments();
    const lines = segment!.text.trimEnd().split('\n');
    expect(JSON.parse(lines[1]!)).toEqual(line('b', hostile));
    const frontier = new Frontier(nodeHasher);
    for (const one of lines) frontier.add(nodeHasher.leaf(Buffer.from(one)));
    expect(segment!.body).toMatchObject({ lines: 2, root: toHex(frontier.root()) });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ['lines', { maxLines: 2 }],
    ['bytes', { maxBytes: 200 }],
  ])('begins another segment after so many %s', async (_, more) => {
    const log = await open(more);
    for (const id of ['a', 'b', 'c']) {
      log.append(line(id));
      await log.flush();
    }
    await log.close();
    expect((await segments()).map(({ body }) => body.lines)).toEqual([2, 1]);
  });

  it('seals what a killed server left, up to the last whole line, and leaves the segment of a living one', async () => {
    leftover('a', deadPid(), `${written('1', '2')}{"id": "torn`);
    leftover('b', deadPid(), '{"id": "torn');
    leftover('c', process.ppid, written('3'));
    await (await open()).close();
    expect((await segments()).map(({ text }) => text)).toEqual([written('1', '2')]);
    expect(readdirSync(directory)).toEqual([`${'c'.repeat(32)}.${process.ppid}.jsonl`]);
  });

  it('opens beside another server that is sealing the same leftovers; each is sealed once', async () => {
    const dead = deadPid();
    for (const id of 'abcdef') leftover(id, dead, written(id));
    await Promise.all([open(), open(), open()]);
    expect(errors).toEqual([]);
    expect((await segments()).length).toBe(6);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('serves on when a leftover is damaged, tells of it, and leaves it for a person', async () => {
    leftover('a', deadPid(), '\0\0\0\0\n');
    leftover('b', deadPid(), written('1'));
    await (await open()).close();
    expect(errors.map(String)).toEqual([expect.stringContaining(`${'a'.repeat(32)}`)]);
    expect((await segments()).length).toBe(1);
    expect(readdirSync(directory).length).toBe(1);
  });

  it('keeps lines that could not be written, and writes them when it can', async () => {
    const log = await open();
    rmSync(directory, { recursive: true });
    log.append(line('a'));
    await log.flush();
    expect(errors.length).toBe(1);
    mkdirSync(directory);
    log.append(line('b'));
    await log.close();
    expect((await segments()).map(({ text }) => text)).toEqual([written('a', 'b')]);
  });

  it('seals a segment later when the ledger would not take it', async () => {
    let away = true;
    const log = await open({
      maxLines: 1,
      records: Object.assign(Object.create(records), {
        append: (drafts: Parameters<RecordStore['append']>[0]) =>
          away ? Promise.reject(new Error('disk full')) : records.append(drafts),
        history: records.history.bind(records),
      }),
    });
    log.append(line('a'));
    await log.flush();
    expect([errors.length, (await segments()).length]).toEqual([1, 0]);
    away = false;
    log.append(line('b'));
    await log.flush();
    expect((await segments()).map(({ text }) => text)).toEqual([written('a'), written('b')]);
    await log.close();
  });
});
