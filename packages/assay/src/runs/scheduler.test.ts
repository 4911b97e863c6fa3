import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProject } from '../workspace/index.ts';
import { findRun, readStageLog } from './index.ts';
import { pipeline, ran, Sandbox, states } from './testing/sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.remove());

const message = (run: Awaited<ReturnType<Sandbox['run']>>, stage: string) =>
  run.stages.find((one) => one.stage === stage)?.message;
/** Waits for a file that another stage makes; gives up after 10 s. */
const until = (file: string) => `for i in $(seq 200); do [ -e ${file} ] && exit 0; sleep 0.05; done; exit 9`;

describe('stages', () => {
  it('that are ready run side by side', async () => {
    box.write({
      'pipeline.yaml': pipeline([
        `{ name: a, run: [sh, -c, 'touch a.mark; ${until('b.mark')}'] }`,
        `{ name: b, run: [sh, -c, 'touch b.mark; ${until('a.mark')}'] }`,
      ]),
    });
    expect(states(await box.run())).toEqual({ a: 'succeeded', b: 'succeeded' });
  });

  it('run one at a time when told so', async () => {
    const alone = 'mkdir busy && sleep 0.05 && rmdir busy';
    box.write({
      'pipeline.yaml': pipeline(['a', 'b', 'c'].map((name) => `{ name: ${name}, run: [sh, -c, '${alone}'] }`)),
    });
    expect(states(await box.run({ jobs: 1 }))).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded' });
  });

  it('that fail, hang, are killed or lack their command stop what depends on them, and nothing else', async () => {
    box.write({
      'pipeline.yaml': pipeline([
        `{ name: fails, run: [sh, -c, 'echo told >&2; exit 3'] }`,
        `{ name: after-fails, after: [fails], run: 'true' }`,
        `{ name: after-after, after: [after-fails], run: 'true' }`,
        `{ name: hangs, run: [sh, -c, 'sleep 97 & sleep 98; wait'], duration: 0.3s }`,
        `{ name: killed, run: [sh, -c, 'kill -9 $$'] }`,
        `{ name: lacks, run: no-such-command --x }`,
        `{ name: forgets, outputs: { o: build/o }, run: 'true' }`,
        `{ name: fine, outputs: { o: build/fine }, run: 'touch \${outputs.o}' }`,
      ]),
    });
    const run = await box.run();
    expect(run.state).toBe('failed');
    expect(states(run)).toEqual({
      fails: 'failed',
      'after-fails': 'blocked',
      'after-after': 'blocked',
      hangs: 'failed',
      killed: 'failed',
      lacks: 'failed',
      forgets: 'failed',
      fine: 'succeeded',
    });
    expect(message(run, 'fails')).toBe('`sh` ended with exit code 3 (ASSAY_STAGE_FAILED)');
    expect(message(run, 'hangs')).toMatch(/0.3 s.*\(ASSAY_STAGE_TOO_LONG\)$/);
    expect(message(run, 'killed')).toMatch(/SIGKILL.*\(ASSAY_STAGE_KILLED\)$/);
    expect(message(run, 'lacks')).toMatch(/no command `no-such-command`.*\(ASSAY_STAGE_COMMAND_MISSING\)$/);
    expect(message(run, 'forgets')).toMatch(/output o: build\/o is not there \(ASSAY_STAGE_OUTPUT_MISSING\)$/);
    const log = await readStageLog(run, 'fails');
    expect(Buffer.from(log.bytes).toString()).toBe('told\n');
    expect(log.ended).toBe(true);
    expect(processes('sleep 9[78]')).toEqual([]);
    expect(await box.stageRun(run, 'fails')).toMatchObject({ state: 'failed', exitCode: 3, outputs: [] });
    expect((await box.verify()).failures).toEqual([]);
    // What failed is tried again; what succeeded is not.
    const again = await box.run();
    expect(states(again)).toMatchObject({ fails: 'failed', fine: 'cached' });
  });

  it('whose input changes under them come to no result', async () => {
    box.write({
      'raw.txt': 'one',
      'pipeline.yaml': pipeline([
        `{ name: a, inputs: { raw: raw.txt }, outputs: { o: build/o }, run: [sh, -c, 'cp raw.txt build/o; echo two > raw.txt'] }`,
      ]),
    });
    const run = await box.run();
    expect(message(run, 'a')).toMatch(/^while it ran, input raw changed.*\(ASSAY_STAGE_CHANGED\)$/);
    expect((await box.run()).stages[0]?.because).toMatch(/^ran: /);
  });
});

describe('logic', () => {
  const logical = (threshold: number, status = 'active') =>
    pipeline(
      [
        `{ name: measure, outputs: { m: { path: build/m.json, role: metrics } }, run: [sh, -c, 'echo "{\\"score\\": {\\"f1\\": 0.8}}" > build/m.json'] }`,
        `{ name: guarded, after: [measure], status: ${status}, outputs: { o: build/o }, run: 'touch \${outputs.o}', logic: { metric: measure.m, path: score.f1, is: above, value: ${threshold} } }`,
        `{ name: needs-it, status: ${status}, inputs: { o: }, run: 'cat \${inputs.o}' }`,
        `{ name: only-waits, after: [guarded], run: 'true' }`,
        `{ name: by-parameter, run: 'true', logic: { parameter: mode, is: equal, value: full } }`,
      ],
      'parameters: { mode: quick }\nconnections: [{ from: guarded.o, to: needs-it.o }]\n',
    );

  it('runs a block when its condition on a metric holds', async () => {
    box.write({ 'pipeline.yaml': logical(0.7) });
    expect(states(await box.run({ set: { mode: 'full' } }))).toEqual({
      measure: 'succeeded',
      guarded: 'succeeded',
      'needs-it': 'succeeded',
      'only-waits': 'succeeded',
      'by-parameter': 'succeeded',
    });
  });

  it('passes over it, and what needs its outputs, when it does not, and says why; the run has succeeded', async () => {
    box.write({ 'pipeline.yaml': logical(0.9) });
    const run = await box.run();
    expect(run.state).toBe('succeeded');
    expect(run.stages.map(({ stage, because }) => [stage, because])).toEqual([
      ['measure', 'ran: no result of it yet'],
      ['guarded', 'skipped: `score.f1` of `measure.m` above 0.9 does not hold'],
      ['needs-it', 'skipped: its input o comes from guarded, which was skipped'],
      ['only-waits', expect.stringMatching(/^ran: /)],
      ['by-parameter', expect.stringMatching(/^skipped: /)],
    ]);
  });

  it('passes over what is inactive', async () => {
    box.write({ 'pipeline.yaml': logical(0.7, 'inactive') });
    expect(states(await box.run())).toMatchObject({
      guarded: 'skipped',
      'needs-it': 'skipped',
      'only-waits': 'succeeded',
    });
  });
});

describe('hooks', () => {
  it('run before and after, and at the end whatever happened', async () => {
    const callback = `callback: [sh, -c, 'echo "$ASSAY_STAGE $ASSAY_STATUS $ASSAY_RUN" >> calls.txt']`;
    box.write({
      'pipeline.yaml': pipeline([
        `{ name: good, outputs: { o: build/o }, run: [sh, -c, 'echo run >> build/o'], hooks: { pre: [sh, -c, 'echo pre > build/o'], post: [sh, -c, 'echo post >> build/o'], ${callback} } }`,
        `{ name: bad, after: [good], run: 'true', hooks: { pre: 'false', ${callback} } }`,
        `{ name: quiet, after: [good], run: 'true', hooks: { callback: 'false' } }`,
      ]),
    });
    const run = await box.run({ jobs: 1 });
    expect(states(run)).toEqual({ good: 'succeeded', bad: 'failed', quiet: 'succeeded' });
    expect(box.read('build/o')).toBe('pre\nrun\npost\n');
    expect(box.read('calls.txt')).toBe(`good succeeded ${run.id}\nbad failed ${run.id}\n`);
    expect(box.events).toContainEqual({
      type: 'callback-failed',
      stage: 'quiet',
      message: '`false` ended with exit code 1',
    });
    // Nothing was run, so nobody is called.
    await box.run({ jobs: 1 });
    expect(box.read('calls.txt').match(/good/g)).toHaveLength(1);
  });
});

describe('before anything starts', () => {
  it('all that is missing is told', async () => {
    box.write({
      'a.sh': 'true\n',
      'raw.txt': 'x',
      'pipeline.yaml': pipeline(
        [
          `{ name: marks, run: touch mark }`,
          `{ name: a, entities: [far], inputs: { raw: raw.txt }, run: 'sh a.sh \${inputs.raw}' }`,
          `{ name: b, entities: [py], run: python x }`,
        ],
        `entities:
  - { name: far, type: Environment, executor: container, image: lab/gpu:1 }
  - { name: py, type: Environment, executor: process, path: [.venv/bin] }
`,
      ),
    });
    const error = await box.run().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ASSAY_RUN_ENVIRONMENT_UNAVAILABLE' });
    expect(String(error)).toMatch(/a cannot run here: The environment `far` asks for the container image `lab\/gpu:1`/);
    expect(String(error).match(/\.venv\/bin/g)).toHaveLength(1);
    expect(existsSync(box.path('mark'))).toBe(false);
    expect(await box.open(({ live }) => live.list({ limit: 5 }))).toEqual([]);
  });

  it('an output that is a link to elsewhere is refused', async () => {
    box.write({ 'pipeline.yaml': pipeline([`{ name: a, outputs: { o: build/o }, run: 'true' }`]), 'kept/file': 'x' });
    execFileSync('ln', ['-s', box.path('kept'), box.path('build')]);
    execFileSync('ln', ['-s', 'file', box.path('kept/o')]);
    await expect(box.run()).rejects.toMatchObject({ code: 'ASSAY_RUN_OUTPUT_UNSAFE' });
    expect(box.read('kept/file')).toBe('x');
  });

  it.each(['assay.yaml', 'to-git/hooks', 'to-data/o'])(
    'an output that would be written to %s is refused',
    async (path) => {
      box.write({
        'pipeline.yaml': pipeline([`{ name: a, inputs: { i: data/o }, outputs: { o: ${path} }, run: 'true' }`]),
        '.git/hooks/kept': 'x',
        'data/o': 'x',
      });
      symlinkSync('.git', box.path('to-git'));
      symlinkSync('data', box.path('to-data'));
      symlinkSync(box.project.root, join(box.folder, 'link'));
      const checkout = findProject(join(box.folder, 'link'));
      const before = box.read('assay.yaml');
      await expect(box.run({ checkout })).rejects.toMatchObject({ code: 'ASSAY_RUN_OUTPUT_UNSAFE' });
      expect([box.read('.git/hooks/kept'), box.read('data/o'), box.read('assay.yaml')]).toEqual(['x', 'x', before]);
    },
  );
});

describe('a run', () => {
  it('that is cancelled ends every process, and is recorded so', async () => {
    const abort = new AbortController();
    box.write({
      'pipeline.yaml': pipeline([
        `{ name: fast, outputs: { o: build/o }, run: 'touch \${outputs.o}' }`,
        `{ name: long, after: [fast], run: [sh, -c, '(trap "" TERM; sleep 95) & touch started; sleep 96; wait'] }`,
        `{ name: next, after: [long], run: 'true' }`,
      ]),
    });
    const running = box.run({ signal: abort.signal });
    await begun(running);
    abort.abort();
    const run = await running;
    expect(run.state).toBe('cancelled');
    expect(states(run)).toEqual({ fast: 'succeeded', long: 'cancelled', next: 'cancelled' });
    expect(processes('sleep 9[56]')).toEqual([]);
    const body = await box.open(async ({ records }) => records.body((await records.get(run.record!))!.record.body));
    expect(JSON.parse(Buffer.from(body!.bytes).toString())).toMatchObject({ state: 'cancelled' });
  });

  it('is refused while another one of the checkout lives, or waits for it', async () => {
    box.write({
      'pipeline.yaml': pipeline([
        `{ name: a, outputs: { o: build/o }, run: [sh, -c, 'touch started; sleep 0.3; touch build/o'] }`,
      ]),
    });
    const first = box.run({ command: 'assay run pipeline.yaml' });
    await begun(first);
    await expect(box.run()).rejects.toMatchObject({
      code: 'ASSAY_LOCK_HELD',
      message: expect.stringContaining('(assay run pipeline.yaml)'),
    });
    const second = await box.run({ wait: true });
    expect(states(await first)).toEqual({ a: 'succeeded' });
    expect(states(second)).toEqual({ a: 'cached' });
  });

  it('in a linked worktree goes its own way, and has the results of the others', async () => {
    box.write({
      'pipeline.yaml': pipeline([
        `{ name: a, outputs: { o: build/o }, run: [sh, -c, 'echo made > build/o'] }`,
        `{ name: b, after: [a], run: [sh, -c, 'touch started; ${until('done')}'] }`,
      ]),
    });
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
        cwd: box.project.root,
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    git('worktree', 'add', '-q', '../linked');
    const checkout = findProject(join(box.folder, 'linked'));
    const main = box.run();
    await begun(main);
    box.write({ '../linked/done': '' });
    const linked = await box.run({ checkout });
    expect(states(linked)).toEqual({ a: 'cached', b: 'succeeded' });
    expect(readFileSync(join(checkout.root, 'build/o'), 'utf8')).toBe('made\n');
    box.write({ done: '' });
    expect(states(await main)).toEqual({ a: 'succeeded', b: 'succeeded' });
  });

  it('is a record that names the pipeline, the commit, the patch, the machine and its stage runs', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
        cwd: box.project.root,
        stdio: 'pipe',
        encoding: 'utf8',
      });
    box.write({
      'raw.txt': 'x\n',
      'pipeline.yaml': pipeline(
        [
          `{ name: a, inputs: { raw: raw.txt }, outputs: { folder: build/a }, run: [sh, -c, 'mkdir build/a && cp raw.txt build/a/x && cp raw.txt build/a/y'] }`,
          `{ name: b, inputs: { folder: }, outputs: { o: build/b }, run: [sh, -c, 'cat build/a/* > build/b'] }`,
        ],
        'connections: [{ from: a.folder, to: b.folder }]\n',
      ),
    });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    box.write({ 'note.txt': 'not committed\n' });
    const run = await box.run();
    await box.open(async ({ records, contents }) => {
      const sealed = (await records.get(run.record!))!;
      const body = JSON.parse(Buffer.from((await records.body(sealed.record.body))!.bytes).toString());
      expect(body.code).toMatchObject({ commit: git('rev-parse', 'HEAD').trim(), dirty: true });
      expect(body.environment).toMatchObject({ arch: process.arch, node: process.versions.node });
      const [patch] = sealed.record.artifacts;
      expect(patch).toMatchObject({ name: 'uncommitted.patch' });
      expect(await contents.lacking({ kind: 'file', sha256: patch!.sha256 })).toBeUndefined();
      const pipelineRecord = (await records.latest('pipeline', 'test'))!;
      expect(pipelineRecord.record).toMatchObject({ version: '1:0:0', revision: 1 });
      const [a, b] = run.stages.map(({ record }) => record!);
      expect(sealed.record.parents).toEqual([
        { role: 'pipeline', ref: `record:${pipelineRecord.hash}` },
        { role: 'stage-run', ref: `record:${a}` },
        { role: 'stage-run', ref: `record:${b}` },
      ]);
      const made = (await records.get(a!))!.record;
      expect(made.id).toBe(`${run.id}/a`);
      expect(made.artifacts.map(({ name }) => name)).toEqual(['build/a/', 'build/a/x', 'build/a/y']);
      expect((await records.get(b!))!.record.parents).toEqual([
        { role: 'pipeline', ref: `record:${pipelineRecord.hash}` },
        { role: 'folder', ref: `sha256:${made.artifacts[0]!.sha256}` },
        { role: 'stage-run', ref: `record:${a}` },
      ]);
    });
    await box.run();
    box.write({ 'pipeline.yaml': box.read('pipeline.yaml').replace('version: "1:0:0"', 'version: "1:1:0"') });
    const third = await box.run();
    expect(ran(third)).toEqual({});
    await box.open(async ({ records, live }) => {
      expect((await records.latest('pipeline', 'test'))?.record).toMatchObject({ version: '1:1:0', revision: 2 });
      expect((await findRun(live, third.id.slice(0, 14))).id).toBe(third.id);
      expect((await findRun(live, 'latest')).id).toBe(third.id);
      await expect(findRun(live, 'ffff')).rejects.toMatchObject({ code: 'ASSAY_RUN_NOT_FOUND' });
      await expect(findRun(live, run.id.slice(0, 4))).rejects.toMatchObject({ code: 'ASSAY_RUN_AMBIGUOUS' });
    });
    expect((await box.verify()).failures).toEqual([]);
    rmSync(box.path('build'), { recursive: true });
    expect(readFileSync(box.path('note.txt'), 'utf8')).toBe('not committed\n');
  });
});

/** Resolves when a stage has made the file `started`; fails when the run ends before. */
async function begun(run: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = run.then(() => {
    ended = true;
  });
  while (!existsSync(box.path('started'))) {
    await Promise.race([sleep(20), end]);
    if (ended) throw new Error('the run ended before the stage began');
  }
}

/** Command lines of living processes that match. */
function processes(pattern: string): readonly string[] {
  try {
    return execFileSync('pgrep', ['-fa', `^${pattern}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
  } catch {
    return [];
  }
}
