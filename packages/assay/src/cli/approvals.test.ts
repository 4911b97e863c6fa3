import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContext } from './context.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'assay.js');
let folder: string;
let project: string;
let proposal: string;

const environment = (home: string) => ({ ...process.env, ASSAY_HOME: join(folder, home) });

function assay(home: string, ...words: readonly string[]) {
  const ended = spawnSync(process.execPath, [launcher, '-C', project, '--json', ...words], {
    env: environment(home),
    encoding: 'utf8',
  });
  return { code: ended.status, value: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
}

const started = (...words: readonly string[]): ChildProcess =>
  spawn(process.execPath, [launcher, '-C', project, ...words], { env: environment('one'), stdio: 'ignore' });
const end = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve));

function approved(revision: number): string {
  writeFileSync(join(project, 'cap.json'), JSON.stringify({ most: revision }));
  const made = assay('one', 'propose', 'limit/cap', '--body', 'cap.json', '--version', `1:${revision}:0`);
  expect(assay('two', 'approve', made.value.proposal, '--out', 'vote.json').code).toBe(0);
  expect(assay('one', 'approve', '--signed', 'vote.json').value).toMatchObject({ state: 'approved' });
  return made.value.proposal;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-approvals-'));
  project = join(folder, 'project');
  mkdirSync(project);
  assay('one', 'init');
  const { id, vkey } = assay('two', 'roster', 'request').value;
  assay('one', 'roster', 'add', id, '--key', vkey, '--role', 'risk');
  expect(assay('one', 'policy', 'set', 'limit', '--role', 'risk').code).toBe(0);
  proposal = approved(1);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an approved proposal', { timeout: 60_000 }, () => {
  it('is applied once by two processes at the same time', async () => {
    const codes = await Promise.all([end(started('apply', proposal)), end(started('apply', proposal))]);
    expect(codes).toEqual([0, 0]);
    expect(assay('one', 'record', 'log', '--kind', 'limit').value).toHaveLength(1);
  });

  it('waits under its policy, which says who could approve', () => {
    const { value: made } = assay('one', 'propose', 'limit/other', '--body', 'cap.json', '--version', '1:0:0');
    expect(made.proposal).toBeDefined();
    const { code, value } = assay('one', 'policy', 'show', 'limit');
    expect(code).toBe(0);
    expect(value).toMatchObject({ id: 'limit', revision: 1, policy: { approvals: 1 } });
    expect(value.waiting).toEqual([{ proposal: made.proposal, state: 'open', changes: 'limit/other' }]);
    expect(value.people.filter(({ roles }: { roles: string[] }) => roles.includes('risk'))).toHaveLength(1);
    expect(assay('one', 'policy', 'show', 'other')).toMatchObject({ code: 1 });
  });

  it('is applied by the next process when one was killed at it', async () => {
    proposal = approved(2);
    for (const wait of [150, 300, 450]) {
      const child = started('apply', proposal);
      setTimeout(() => child.kill('SIGKILL'), wait);
      await end(child);
    }
    expect(assay('one', 'apply', proposal).code).toBe(0);
    expect(assay('one', 'record', 'log', '--kind', 'limit').value).toHaveLength(2);
    expect(assay('one', 'policy', 'audit').value).toMatchObject({ ok: true, findings: [] });
  });

  it('is what verify asks for: a change around it is named', async () => {
    expect(assay('one', 'verify')).toMatchObject({ code: 0, value: { ok: true } });
    const { openSqliteRecords, ed25519Signer, fileHighWaterMarks } = await import('../records/index.ts');
    const { loadSigningKey } = await import('../workspace/index.ts');
    const context = openContext(project, environment('one'));
    const { paths, origin } = context.project();
    const records = await openSqliteRecords({
      databaseFile: paths.database,
      checkpointFile: paths.checkpoint,
      signer: ed25519Signer(loadSigningKey(environment('one'), origin)),
      actor: '0'.repeat(32),
      clock: () => new Date(),
      objects: context.objects(),
      highWater: fileHighWaterMarks(join(folder, 'one', 'high-water')),
    });
    const body = { mediaType: 'application/json', bytes: Buffer.from('{"most":9}') };
    await records.append([{ kind: 'limit', id: 'cap', version: '1:9:0', event: 'updated', body }]);
    await records.close();
    await context.close();
    const { code, value } = assay('one', 'verify');
    expect(code).toBe(1);
    expect(value.failures).toEqual([expect.objectContaining({ check: 'policy', record: 'limit/cap, revision 3' })]);
  });
});
