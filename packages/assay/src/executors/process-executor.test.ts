import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeExecutor } from './contract.ts';
import { endLeftovers, type Job, type JobState, ProcessExecutor } from './index.ts';
import { listFromPs, listProcesses, startClock } from './process-table.ts';
import { endProcesses } from './process-tree.ts';

const marker = `test-${process.pid}`;
const linux = process.platform === 'linux';

describeExecutor('process', () => new ProcessExecutor({ runMarker: marker, graceSeconds: 1 }));

/** Leaves by the book: fork, setsid, fork, closed outputs; then tells its pid and writes on and on. */
const daemon = `
import os, sys, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
null = os.open(os.devnull, os.O_RDWR)
for fd in (0, 1, 2): os.dup2(null, fd)
if 'ignore' in sys.argv:
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open('pid.new', 'w').write(str(os.getpid()))
os.rename('pid.new', 'pid')
while True:
    open('ticks', 'a').write('x')
    time.sleep(0.01)
`;

describe.skipIf(!linux)('process executor', () => {
  let folder: string;
  let count = 0;
  const variables = { PATH: '/usr/local/bin:/usr/bin:/bin' };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-process-'));
    writeFileSync(join(folder, 'daemon.py'), daemon);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const job = (commands: readonly (readonly string[])[], more: Partial<Job> = {}): Job => {
    const id = `process-${process.pid}-${++count}`;
    const directory = join(folder, id);
    mkdirSync(directory);
    return { id, commands, directory, variables, logFile: join(directory, 'log'), durationSeconds: undefined, ...more };
  };
  const make = (graceSeconds = 1) => new ProcessExecutor({ runMarker: marker, graceSeconds });
  const until = async (condition: () => boolean) => {
    for (let i = 0; i < 500 && !condition(); i++) await sleep(10);
    expect(condition()).toBe(true);
  };
  const daemonPid = async (one: Job) => {
    await until(() => existsSync(join(one.directory, 'pid')));
    return Number(readFileSync(join(one.directory, 'pid'), 'utf8'));
  };
  const lives = (pid: number) => listProcesses().some((entry) => entry.pid === pid);
  const message = (state: JobState) => (state.state === 'failed' ? state.message : state.state);

  it('ends a daemon that forked twice and left the session, when the job is cancelled', async () => {
    const executor = make();
    const one = job([['/bin/sh', '-c', 'python3 ../daemon.py & sleep 60 & wait']]);
    const id = await executor.submit(one);
    const pid = await daemonPid(one);
    expect(lives(pid)).toBe(true);
    await executor.cancel(id);
    expect(lives(pid)).toBe(false);
    const ticks = statSync(join(one.directory, 'ticks')).size;
    await sleep(50);
    expect(statSync(join(one.directory, 'ticks')).size).toBe(ticks);
  });

  it('ends with SIGKILL what does not listen to SIGTERM', async () => {
    const executor = make(0.3);
    const one = job([['/bin/sh', '-c', 'trap "" TERM; python3 ../daemon.py ignore; while :; do sleep 0.05; done']]);
    const id = await executor.submit(one);
    const pid = await daemonPid(one);
    const started = performance.now();
    await executor.cancel(id);
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(lives(pid)).toBe(false);
    expect(await executor.wait(id)).toMatchObject({ state: 'failed', reason: 'cancelled' });
  });

  it('lets a command end in its own way within the grace time', async () => {
    const executor = make(5);
    const one = job([
      ['/bin/sh', '-c', 'trap "echo bye > out; exit 0" TERM; echo > pid; while :; do sleep 0.02; done'],
    ]);
    const id = await executor.submit(one);
    await until(() => existsSync(join(one.directory, 'pid')));
    await executor.cancel(id);
    expect(readFileSync(join(one.directory, 'out'), 'utf8')).toBe('bye\n');
    expect(await executor.wait(id)).toMatchObject({ state: 'failed', reason: 'cancelled' });
  });

  it('leaves no process behind a job that succeeded', async () => {
    const executor = make();
    const one = job([
      ['python3', '../daemon.py'],
      ['/bin/sh', '-c', 'until [ -e pid ]; do sleep 0.02; done; cp pid pid.seen'],
    ]);
    expect(await executor.wait(await executor.submit(one))).toMatchObject({ state: 'succeeded' });
    expect(lives(await daemonPid(one))).toBe(false);
  });

  it('finds a child that cleared its environment by its group, and one that left the group too by the log', async () => {
    const executor = make();
    const one = job([
      [
        '/bin/sh',
        '-c',
        'env -i sleep 61 & echo $! > a; setsid env -i sleep 62 & sleep 0.1; echo $! > b; echo > pid; exit 0',
      ],
    ]);
    expect(await executor.wait(await executor.submit(one))).toMatchObject({ state: 'succeeded' });
    const commands = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
    expect(commands).not.toMatch(/^sleep 6[12]$/m);
  });

  it('leaves the processes of other jobs alone', async () => {
    const executor = make();
    const [a, b] = [job([['sleep', '30']]), job([['sleep', '30']])];
    const ids = [await executor.submit(a), await executor.submit(b)] as const;
    await executor.cancel(ids[0]);
    expect((await executor.poll(ids)).get(ids[1])).toEqual({ state: 'running' });
    await executor.cancel(ids[1]);
  });

  it('ends what a killed run left, by its marker, and only that', async () => {
    const other = make();
    const bystander = job([['sleep', '30']]);
    await other.submit(bystander);
    const one = job([['/bin/sh', '-c', 'python3 ../daemon.py; exec sleep 30']]);
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', crash(`dead-${marker}`, one)], {
      stdio: 'inherit',
    });
    const pid = await daemonPid(one);
    parent.kill('SIGKILL');
    await new Promise((resolve) => parent.once('exit', resolve));
    expect(lives(pid)).toBe(true);
    expect(await endLeftovers(`dead-${marker}`, { graceSeconds: 1 })).toBe(2);
    expect(lives(pid)).toBe(false);
    expect(await endLeftovers(`dead-${marker}`)).toBe(0);
    expect((await other.poll([bystander.id])).get(bystander.id)).toEqual({ state: 'running' });
    await other.cancel(bystander.id);
  });

  it('ends what was started since, and leaves alone what is older than the job', async () => {
    const signs = { variable: 'ASSAY_TEST_SIGN', word: marker };
    const env = { ...variables, ASSAY_TEST_SIGN: marker };
    const before = startClock();
    const child = spawn('sleep', ['30'], { env, stdio: 'ignore' });
    await new Promise((resolve) => child.once('spawn', resolve));
    await sleep(50);
    expect(await endProcesses({ ...signs, since: startClock() }, 1)).toBe(0);
    expect(lives(child.pid!)).toBe(true);
    expect(await endProcesses({ ...signs, since: before }, 1)).toBe(1);
    expect(lives(child.pid!)).toBe(false);
  });

  it('answers `lost` for a job of a killed run whose processes still were there, and nothing after that', async () => {
    const one = job([['/bin/sh', '-c', 'python3 ../daemon.py; exec sleep 30']]);
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', crash(`lost-${marker}`, one)], {
      stdio: 'inherit',
    });
    const pid = await daemonPid(one);
    parent.kill('SIGKILL');
    const executor = make();
    expect(await executor.reattach(one.id)).toMatchObject({ state: 'failed', reason: 'lost' });
    expect(lives(pid)).toBe(false);
    expect(await executor.reattach(one.id)).toBeUndefined();
  });

  it('ends a nested run together with its stages', async () => {
    const inner = job([['/bin/sh', '-c', 'python3 ../daemon.py; exec sleep 30']]);
    const outer = job([[process.execPath, '--input-type=module-typescript', '-e', crash(`inner-${marker}`, inner)]]);
    const executor = make();
    const id = await executor.submit(outer);
    const pid = await daemonPid(inner);
    await executor.cancel(id);
    expect(await endLeftovers(`inner-${marker}`)).toBe(0);
    expect(lives(pid)).toBe(false);
  });

  it('tells a missing folder, a file without leave to execute, and a missing interpreter apart', async () => {
    const executor = make();
    const nowhere = job([['true']], { directory: join(folder, 'nowhere') });
    expect(message(await executor.wait(await executor.submit(nowhere)))).toContain(
      `no folder ${join(folder, 'nowhere')}`,
    );
    const one = job([['./script']]);
    writeFileSync(join(one.directory, 'script'), '#!/no/such/interpreter\n');
    expect(message(await executor.wait(await executor.submit(one)))).toContain('chmod +x');
    const two = job([['./script']]);
    writeFileSync(join(two.directory, 'script'), '#!/no/such/interpreter\n');
    chmodSync(join(two.directory, 'script'), 0o755);
    const state = await executor.wait(await executor.submit(two));
    expect(state).toMatchObject({ reason: 'not-found' });
    expect(message(state)).toContain('interpreter');
  });

  it('says so when the arguments are too long for the system', async () => {
    const executor = make();
    const one = job([['true', 'x'.repeat(200_000)]]);
    const state = await executor.wait(await executor.submit(one));
    expect(state).toMatchObject({ state: 'failed', reason: 'exit' });
    expect(message(state)).toContain('too long');
  });

  it('refuses a job whose log cannot be begun', async () => {
    writeFileSync(join(folder, 'file'), '');
    const one = job([['true']], { logFile: join(folder, 'file', 'log') });
    await expect(make().submit(one)).rejects.toMatchObject({ code: 'ASSAY_EXECUTOR_LOG' });
  });

  it('says that the disk is full when that is why a command failed', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('/bin/sh', ['-c', `mount -t tmpfs -o size=256k,nr_inodes=3 tmpfs '${disk}'`], { stdio: 'ignore' });
    } catch {
      context.skip('needs leave to mount a small file system');
    }
    try {
      const one = job([['/bin/sh', '-c', 'yes > big']], { directory: disk, logFile: join(disk, 'log') });
      const executor = make();
      const state = await executor.wait(await executor.submit(one));
      expect(state).toMatchObject({ state: 'failed', reason: 'exit' });
      expect(message(state)).toContain(`the disk that holds ${disk} is full`);
      await expect(
        executor.submit({ ...job([['true']]), logFile: join(disk, 'more', 'deep', 'log') }),
      ).rejects.toMatchObject({
        code: 'ASSAY_EXECUTOR_DISK_FULL',
      });
    } finally {
      execFileSync('/bin/sh', ['-c', `umount -l '${disk}'`]);
    }
  });

  it('lists the same processes from /proc and from ps', () => {
    const [proc, ps] = [listProcesses(), listFromPs()].map((list) => list.find(({ pid }) => pid === process.pid));
    expect(ps).toMatchObject({ parent: proc?.parent, group: proc?.group });
    expect(proc?.parent).toBe(process.ppid);
  });
});

/** A program that submits a job and waits: to be killed. */
function crash(runMarker: string, one: Job): string {
  const executor = new URL('./index.ts', import.meta.url).href;
  return `import { ProcessExecutor } from ${JSON.stringify(executor)};
    const executor = new ProcessExecutor({ runMarker: ${JSON.stringify(runMarker)}, graceSeconds: 1 });
    await executor.wait(await executor.submit(${JSON.stringify(one)}));`;
}
