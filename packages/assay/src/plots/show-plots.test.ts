import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkplace, type Workplace } from '../data/index.ts';
import { findRepository } from '../dvc/index.ts';
import { comparedRevisions } from './compared-revisions.ts';
import { showPlots } from './show-plots.ts';

let root: string;
let workplace: Workplace;
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=You', '-c', 'user.email=y@e.org', ...words], { cwd: root });
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'plots-')));
  git('init', '--quiet', '--initial-branch=main');
  write('.dvc/config', '');
  write(
    'dvc.yaml',
    'plots:\n- acc.csv: {x: step, y: acc}\n- two: {x: step, y: {acc.csv: acc, sub/other.csv: acc}}\n- ../outside.csv\n',
  );
  write('acc.csv', 'step,acc\n0,0.1\n1,0.2\n');
  write('sub/other.csv', 'step,acc\n0,0.3\n1,0.4\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'one');
  write('acc.csv', 'step,acc\n0,0.5\n1,0.6\n');
  const repository = await findRepository(root);
  workplace = openWorkplace({
    repository,
    directory: root,
    environment: {},
    clock: () => new Date(0),
    signal: new AbortController().signal,
  });
});
afterAll(() => rmSync(root, { recursive: true }));

it('draws each plot over all revisions, the workspace first', async () => {
  const { plots } = await showPlots(workplace, { revisions: ['main', 'workspace'], targets: ['acc.csv$'] });
  expect(plots.map(({ id }) => id)).toEqual(['acc.csv']);
  const [plot] = plots;
  if (plot?.type !== 'vega') throw new Error('it is no chart');
  expect(plot.revisions).toEqual(['workspace', 'main']);
  expect(plot.spec).toMatchObject({
    data: {
      values: [
        { step: '0', acc: '0.5', rev: 'workspace' },
        { step: '1', acc: '0.6', rev: 'workspace' },
        { step: '0', acc: '0.1', rev: 'main' },
        { step: '1', acc: '0.2', rev: 'main' },
      ],
    },
  });
});

it('tells several files of one plot apart', async () => {
  const { plots } = await showPlots(workplace, { targets: ['two'] });
  expect(plots).toHaveLength(1);
  expect(plots[0]).toMatchObject({
    spec: { encoding: { strokeDash: { field: 'filename', scale: { domain: ['acc.csv', 'sub/other.csv'] } } } },
  });
});

it('says what could not be read, and draws the rest', async () => {
  const { plots, failures } = await showPlots(workplace);
  expect(failures).toMatchObject([{ name: '../outside.csv', rev: 'workspace', source: '../outside.csv' }]);
  expect(plots.filter(({ type }) => type === 'vega')).toHaveLength(2);
});

it('refuses revisions that are none, options among them', async () => {
  for (const revision of ['nothing', '--output=x']) {
    await expect(showPlots(workplace, { revisions: [revision] })).rejects.toThrow(/no revision/);
  }
});

it('compares with HEAD where something has changed since', async () => {
  const { repository } = workplace;
  expect(await comparedRevisions(repository, [])).toEqual(['HEAD', 'workspace']);
  expect(await comparedRevisions(repository, ['main'])).toEqual(['main', 'workspace']);
  expect(await comparedRevisions(repository, ['main', 'HEAD'])).toEqual(['main', 'HEAD']);
});
