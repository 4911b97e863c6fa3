import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openExportPlace } from '../../packages/assay/src/access/index.ts';
import { Config } from '../../packages/assay/src/dvc/index.ts';
import { exportFolder, exportLedger, type RecordStore } from '../../packages/assay/src/records/index.ts';
import { draftOf, ledgerIn } from '../../packages/assay/src/records/ledger-fixture.ts';
import { startS3 } from './servers.ts';

let server: Awaited<ReturnType<typeof startS3>>;
let base: string;
let store: RecordStore;
let count = 0;

beforeAll(async () => {
  server = await startS3();
  base = mkdtempSync(join(tmpdir(), 'assay-ledger-export-'));
  mkdirSync(join(base, '.dvc'));
  writeFileSync(
    join(base, '.dvc', 'config'),
    [
      `['remote "store"']`,
      '    url = s3://bucket/logs',
      `    endpointurl = http://127.0.0.1:${server.port}`,
      `    access_key_id = ${server.key}`,
      `    secret_access_key = ${server.secret}`,
      '',
    ].join('\n'),
  );
});
afterAll(async () => {
  await server?.stop();
  rmSync(base, { recursive: true, force: true });
});
beforeEach(async (context) => {
  store = await ledgerIn(join(base, `ledger-${count++}`)).open();
  context.onTestFinished(() => store.close());
});

const grow = (records: number) => store.append(Array.from({ length: records }, () => draftOf(`paper ${count++}`)));
const exportTo = async (name: string, from = store) => {
  const signal = AbortSignal.timeout(30_000);
  const visit = { directory: base, environment: {}, clock: () => new Date(), signal };
  await using place = await openExportPlace(
    `remote://store/${name}`,
    async () => Config.read(join(base, '.dvc'), {}),
    visit,
  );
  return await exportLedger(from, place);
};
/** The bucket's files, as the server keeps them. */
const inBucket = (name: string) => join(server.folder, 'data', 'bucket', 'logs', name);
const files = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'hex')]),
  );

test('a bucket holds what a folder would, and grows with the ledger', async () => {
  const folder = join(base, 'folder');
  for (const [records, size] of [
    [200, 200],
    [400, 600],
    [0, 600],
  ] as const) {
    await grow(records);
    await exportLedger(store, exportFolder(folder));
    expect(await exportTo('one')).toMatchObject({ size, before: size - records });
    expect(files(inBucket('one'))).toEqual(files(folder));
  }
  expect(Object.keys(files(folder)).length).toBeGreaterThan(6);
});

test('the log of another history is left alone', async () => {
  await grow(3);
  await exportTo('two');
  const before = files(inBucket('two'));
  const other = await ledgerIn(join(base, 'twin')).open();
  await other.append([draftOf('another'), draftOf('history'), draftOf('of'), draftOf('it')]);
  await expect(exportTo('two', other)).rejects.toMatchObject({ code: 'ASSAY_LEDGER_EXPORT_OTHER' });
  await other.close();
  expect(files(inBucket('two'))).toEqual(before);
});

test('an export that broke off in the middle is completed by the next one', async () => {
  await grow(300);
  await exportTo('three');
  const earlier = join(base, 'earlier');
  cpSync(inBucket('three'), earlier, { recursive: true });
  await grow(300);
  await exportTo('three');
  // As if it had been killed before the checkpoint: tiles of both, and the older checkpoint.
  cpSync(join(earlier, 'checkpoint'), join(inBucket('three'), 'checkpoint'));
  rmSync(join(inBucket('three'), 'tile/entries/001'));
  expect(existsSync(join(inBucket('three'), 'tile/0/001'))).toBe(true);
  expect(await exportTo('three')).toMatchObject({ size: 600, before: 300 });
  const folder = join(base, 'three');
  await exportLedger(store, exportFolder(folder));
  const [got, wanted] = [files(inBucket('three')), files(folder)];
  for (const [path, bytes] of Object.entries(wanted)) expect(got[path], path).toBe(bytes);
});
