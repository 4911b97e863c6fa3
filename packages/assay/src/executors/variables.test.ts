import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../pipelines/index.ts';
import { ProcessExecutor, stageVariables } from './index.ts';

const plain: Environment = {
  name: 'default',
  kind: 'process',
  reason: undefined,
  path: [],
  variables: {},
  pass: [],
  lockfiles: [],
};

describe('the environment of a stage', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-variables-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const request = (environment: Partial<Environment>, caller: Record<string, string> = {}) => ({
    environment: { ...plain, ...environment },
    directory: folder,
    toolFolders: ['/opt/assay/bin', '/opt/node/bin'],
    temporary: join(folder, 'tmp'),
    caller,
    parameters: { seed: 7, 'model.layers': [1, 2] },
  });

  it('is the same whatever the caller has', () => {
    const variables = stageVariables(request({}, { HOME: '/home/ada', LANG: 'de_DE', SECRET: 'x', PATH: '/odd' }));
    expect(variables).toEqual({
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      TMPDIR: join(folder, 'tmp'),
      PATH: '/opt/assay/bin:/opt/node/bin:/usr/local/bin:/usr/bin:/bin',
      ASSAY_PARAMETERS: '{"seed":7,"model.layers":[1,2]}',
    });
  });

  it("puts a person's toolchain first, sets what is set, passes what is asked for and there", () => {
    const variables = stageVariables(
      request(
        { path: ['.venv/bin', '/opt/r/bin'], variables: { TZ: 'Asia/Tokyo', A: '1' }, pass: ['HOME', 'NOT_SET'] },
        { HOME: '/home/ada' },
      ),
    );
    expect(variables.PATH?.split(':').slice(0, 3)).toEqual([join(folder, '.venv/bin'), '/opt/r/bin', '/opt/assay/bin']);
    expect(variables).toMatchObject({ TZ: 'Asia/Tokyo', A: '1', HOME: '/home/ada' });
    expect(variables).not.toHaveProperty('NOT_SET');
  });

  it('runs the Python of a virtual environment', async () => {
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(folder, 'venv')]);
    const executor = new ProcessExecutor({ runMarker: `venv-${process.pid}` });
    const logFile = join(folder, 'log');
    const id = await executor.submit({
      id: `venv-${process.pid}`,
      commands: [['python', '-c', 'import sys; print(sys.prefix)']],
      directory: folder,
      variables: stageVariables(request({ path: ['venv/bin'] })),
      logFile,
      durationSeconds: 30,
    });
    expect(await executor.wait(id)).toMatchObject({ state: 'succeeded' });
    expect(realpathSync(readFileSync(logFile, 'utf8').trim())).toBe(realpathSync(join(folder, 'venv')));
  });
});
