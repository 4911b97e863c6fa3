import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor, Job } from './executor.ts';

/** What every executor must do; each one's test calls this with a way to make one. */
export function describeExecutor(name: string, make: () => Executor): void {
  describe(`${name}: the contract of executors`, () => {
    let folder: string;
    let executor: Executor;
    let count = 0;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'assay-executor-'));
      executor = make();
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const job = (commands: readonly (readonly string[])[], more: Partial<Job> = {}): Job => {
      const id = `contract-${process.pid}-${++count}`;
      const directory = join(folder, id);
      mkdirSync(directory);
      const logFile = join(folder, 'logs', `${id}.log`);
      return {
        id,
        commands,
        directory,
        variables: { PATH: '/usr/bin:/bin' },
        logFile,
        durationSeconds: undefined,
        ...more,
      };
    };
    const shell = (script: string, more: Partial<Job> = {}) => job([['/bin/sh', '-c', script]], more);
    const run = async (one: Job) => executor.wait(await executor.submit(one));
    const logOf = async (one: Job) => Buffer.from((await executor.logs(one.id)).bytes).toString('utf8');

    it('runs commands one after another, in the working folder', async () => {
      const one = job([
        ['/bin/sh', '-c', 'echo one > out'],
        ['/bin/sh', '-c', 'echo two >> out'],
      ]);
      expect(await run(one)).toMatchObject({ state: 'succeeded', seconds: expect.any(Number) });
      expect(readFileSync(join(one.directory, 'out'), 'utf8')).toBe('one\ntwo\n');
    });

    it('ends at the first command that fails', async () => {
      const one = job([
        ['/bin/sh', '-c', 'exit 3'],
        ['/bin/sh', '-c', 'echo never > out'],
      ]);
      expect(await run(one)).toMatchObject({ state: 'failed', reason: 'exit', exitCode: 3 });
      expect(() => readFileSync(join(one.directory, 'out'))).toThrow();
    });

    it('takes words as they are: nothing is expanded', async () => {
      const one = job([['printf', '%s|', '$HOME', '*', 'a b', '"', "'", '', 'ü']]);
      await run(one);
      expect(await logOf(one)).toBe('$HOME|*|a b|"|\'||ü|');
    });

    it('gives the environment that was given, and nothing of its own surroundings', async () => {
      const one = job([['/usr/bin/env']], { variables: { PATH: '/usr/bin:/bin', GREETING: 'good day = yes' } });
      process.env.ASSAY_CONTRACT_LEAK = 'leaked';
      await run(one);
      delete process.env.ASSAY_CONTRACT_LEAK;
      const names = (await logOf(one))
        .trim()
        .split('\n')
        .map((line) => line.slice(0, line.indexOf('=')))
        .filter((line) => !line.startsWith('ASSAY_') || line.includes('LEAK'));
      expect(names.sort()).toEqual(['GREETING', 'PATH']);
      expect(await logOf(one)).toContain('GREETING=good day = yes\n');
    });

    it('keeps both outputs in the log as they come, and reads on from an offset', async () => {
      const go = join(folder, `go-${count}`);
      const one = shell(`echo out; echo err >&2; while [ ! -e ${go} ]; do sleep 0.02; done; echo end`);
      const id = await executor.submit(one);
      let first = await executor.logs(id);
      for (let i = 0; i < 200 && first.next < 8; i++) {
        await sleep(10);
        first = await executor.logs(id);
      }
      expect(Buffer.from(first.bytes).toString()).toBe('out\nerr\n');
      expect((await executor.poll([id])).get(id)).toEqual({ state: 'running' });
      writeFileSync(go, '');
      await executor.wait(id);
      const rest = await executor.logs(id, first.next);
      expect(Buffer.from(rest.bytes).toString()).toBe('end\n');
      expect((await executor.logs(id, rest.next)).bytes.length).toBe(0);
    });

    it('answers the same id with the job that is there', async () => {
      const one = shell('echo once >> out; sleep 0.1');
      const [a, b] = [await executor.submit(one), await executor.submit(one)];
      expect(b).toBe(a);
      await executor.wait(a);
      expect(await executor.submit(one)).toBe(a);
      expect(readFileSync(join(one.directory, 'out'), 'utf8')).toBe('once\n');
    });

    it('runs several side by side, each with its own result', async () => {
      const jobs = [0, 1, 2, 3].map((code) => shell(`sleep 0.1; exit ${code}`));
      const ids = await Promise.all(jobs.map((one) => executor.submit(one)));
      const states = await Promise.all(ids.map((id) => executor.wait(id)));
      expect(states.map((state) => (state.state === 'failed' ? state.exitCode : state.state))).toEqual([
        'succeeded',
        1,
        2,
        3,
      ]);
      expect([...(await executor.poll(ids)).keys()]).toEqual(ids);
    });

    it('ends a job that outlasts its duration, and says so', async () => {
      const one = shell('sleep 30', { durationSeconds: 0.3 });
      const state = await run(one);
      expect(state).toMatchObject({ state: 'failed', reason: 'duration' });
      expect(state.state === 'failed' && state.seconds).toBeLessThan(5);
      expect(state.state === 'failed' && state.seconds).toBeGreaterThanOrEqual(0.3);
    });

    it('cancels; to cancel again, or what has ended, changes nothing', async () => {
      const one = shell('sleep 30');
      const id = await executor.submit(one);
      await Promise.all([executor.cancel(id), executor.cancel(id)]);
      expect((await executor.poll([id])).get(id)).toMatchObject({ state: 'failed', reason: 'cancelled' });
      const done = shell('true');
      await run(done);
      await executor.cancel(done.id);
      expect(await executor.wait(done.id)).toMatchObject({ state: 'succeeded' });
    });

    it('says which signal ended a command', async () => {
      const state = await run(shell('kill -SEGV $$'));
      expect(state).toMatchObject({ state: 'failed', reason: 'signal', exitCode: null });
      expect(state.state === 'failed' && state.message).toContain('SIGSEGV');
    });

    it('names the command that is not there', async () => {
      const state = await run(job([['no-such-command', 'x']]));
      expect(state).toMatchObject({ state: 'failed', reason: 'not-found', exitCode: null });
      expect(state.state === 'failed' && state.message).toContain('no-such-command');
    });

    it('knows nothing of jobs that it did not start', async () => {
      expect(await executor.poll(['other'])).toEqual(new Map());
      await expect(executor.cancel('other')).rejects.toMatchObject({ code: 'ASSAY_EXECUTOR_UNKNOWN_JOB' });
      expect(await executor.reattach(`contract-${process.pid}-none`)).toBeUndefined();
    });

    it('refuses a job without a command', async () => {
      await expect(executor.submit(job([]))).rejects.toMatchObject({ code: 'ASSAY_EXECUTOR_JOB' });
    });
  });
}
