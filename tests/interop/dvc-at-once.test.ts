import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Repository } from './repository.ts';
import { interopTool } from './tools.ts';

/** Both programs at work in one checkout at the same time. */
let repository: Repository;
beforeAll(() => {
  repository = new Repository().init();
  repository.write('in.txt', '0\n');
  // A stage's command says that it began, and goes on when it is told.
  const cmd = (out: string, inputs: string) =>
    `touch began-${out} && while [ ! -e go-${out} ]; do sleep 0.05; done && cat ${inputs} > ${out}`;
  repository.write(
    'dvc.yaml',
    [
      'stages:',
      `  a: {cmd: '${cmd('a.txt', 'in.txt')}', deps: [in.txt], outs: [a.txt]}`,
      `  b: {cmd: cat a.txt a.txt > b.txt, deps: [a.txt], outs: [b.txt]}`,
      `  c: {cmd: '${cmd('c.txt', 'in.txt')}', deps: [in.txt], outs: [c.txt]}`,
      '',
    ].join('\n'),
  );
  repository.commit('first');
  repository.write('free.bin', 'free\n');
});
afterAll(() => repository.remove());

test("while dvc runs a stage, assay's commands on its paths are refused and say who, others work, and repro waits", async () => {
  const dvc = start(interopTool('dvc/bin/dvc'), 'repro', 'b');
  await until(() => existsSync(join(repository.root, 'began-a.txt')));
  const refused = await repository.assay('commit', '--force', 'a');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(new RegExp(`ASSAY_DVC_BUSY: a.txt is in use by process ${dvc.pid} \\(.*dvc repro b\\)`));
  expect((await repository.assay('add', 'in.txt')).err).toContain('ASSAY_DVC_BUSY: in.txt');
  expect(await repository.assay('add', 'free.bin')).toMatchObject({ code: 0 });
  const assay = repository.assay('repro', 'b');
  await sleep(1000);
  go('a.txt');
  expect((await dvc.ended).code).toBe(0);
  const { code, err } = await assay;
  expect(code).toBe(0);
  expect(err).toContain(`Waiting for a.txt, which process ${dvc.pid}`);
  expect((await repository.dvc('status', 'b')).out).toContain('up to date');
}, 60_000);

test('while assay runs a stage, dvc finds its paths in use, and what dvc writes meanwhile is kept', async () => {
  const assay = start(process.execPath, ...repository.launched('repro', 'c'));
  await until(() => existsSync(join(repository.root, 'began-c.txt')));
  const refused = await repository.dvc('repro', 'c');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain(`(PID ${assay.pid}): assay repro`);
  // Another stage of the same dvc.lock.
  expect(await repository.dvc('repro', '--single-item', '--force', 'b')).toMatchObject({ code: 0 });
  go('c.txt');
  expect((await assay.ended).code).toBe(0);
  expect((await repository.dvc('status')).out).toContain('up to date');
  expect(readFileSync(join(repository.root, '.dvc/tmp/rwlock'), 'utf8')).not.toContain('pid');
}, 60_000);

test('many of both at once: each waits for the other, and all of them work', async () => {
  for (let i = 0; i < 4; i++) repository.write(`many/${i}.bin`, `${i}\n`.repeat(1000));
  const said = await Promise.all([
    repository.assay('add', 'many/0.bin'),
    repository.assay('add', 'many/1.bin'),
    repository.assay('add', 'many/2.bin'),
    repository.assay('config', 'core.autostage', 'false'),
    repository.dvc('config', 'core.check_update', 'false'),
    repository.dvc('add', 'many/3.bin'),
  ]);
  for (const one of said) expect(one).toMatchObject({ code: 0 });
  expect((await repository.dvc('status')).out).toContain('up to date');
  const config = readFileSync(join(repository.root, '.dvc/config'), 'utf8');
  expect(config).toContain('autostage = false');
}, 60_000);

function go(out: string): void {
  writeFileSync(join(repository.root, `go-${out}`), '');
}

function start(program: string, ...words: string[]) {
  const child = spawn(program, words, { cwd: repository.root, env: repository.environment(), stdio: 'ignore' });
  const ended = new Promise<{ readonly code: number | null }>((done) => child.once('exit', (code) => done({ code })));
  return { pid: child.pid!, ended };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    if (i > 400) throw new Error('it never came to it');
    await sleep(50);
  }
}
