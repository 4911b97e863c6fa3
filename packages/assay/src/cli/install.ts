import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { formatYamlDocument, gitTopOf, parseYamlDocument, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { hookNames, installHooks } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    usePreCommitTool: { description: 'write into .pre-commit-config.yaml, for the tool pre-commit' },
    force: { short: 'f', description: 'replace hooks that DVC wrote' },
  },
  details: [
    'After git checkout, data is checked out; before git commit its status is shown; before git push it is pushed. And a merge driver',
    'for .dvc files of folders: put the line `*.dvc merge=dvc` into .gitattributes to use it.',
  ].join('\n'),
  async run({ options, context, output }) {
    const repository = await context.repository();
    const top = gitTopOf(repository);
    await runGit(top, ['config', 'merge.dvc.name', 'DVC merge driver']);
    await runGit(top, ['config', 'merge.dvc.driver', 'assay git-hook merge-driver --ancestor %O --our %A --their %B']);
    if (options.usePreCommitTool) {
      const file = join(top, '.pre-commit-config.yaml');
      writePreCommit(file);
      output.print(`Written: ${relative(context.directory, file)}`);
      output.result({ file });
      return 0;
    }
    const named = (await runGit(top, ['rev-parse', '--git-path', 'hooks']))?.toString('utf8').trim() ?? '.git/hooks';
    const folder = resolve(top, named);
    const own = (await runGit(top, ['rev-parse', '--git-common-dir']))?.toString('utf8').trim() ?? '.git';
    if (!folder.startsWith(`${top}/`) && !folder.startsWith(`${resolve(top, own)}/`)) {
      throw new AssayError(
        'ASSAY_HOOK_EXISTS',
        `core.hooksPath names ${folder}, whose hooks are not of this repository alone`,
        {
          hint: 'Unset core.hooksPath for this repository, or call `assay git-hook NAME` from your own hooks.',
        },
      );
    }
    const left = installHooks(folder, [process.execPath, resolve(process.argv[1] ?? 'assay')], options.force);
    for (const name of left) output.print(`${name} was written by DVC, and stays; --force replaces it.`);
    output.print(`Hooks: ${hookNames.join(', ')}`);
    output.result({ folder, left });
    return 0;
  },
});

/** Adds the hooks to what else the file has. */
function writePreCommit(file: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : 'repos: []\n';
  const document = parseYamlDocument(text, file);
  const hook = (id: string) => ({
    id: `assay-${id}`,
    name: `assay ${id}`,
    entry: `assay git-hook ${id}`,
    language: 'system',
    stages: [id],
    always_run: true,
    pass_filenames: false,
  });
  const repos = document.get('repos');
  const standing = JSON.stringify(repos ?? []);
  if (standing.includes('assay git-hook')) return;
  const entry = { repo: 'local', hooks: hookNames.map(hook) };
  if (repos === undefined || repos === null) document.set('repos', document.createNode([entry]));
  else document.addIn(['repos'], document.createNode(entry));
  replaceFile(file, formatYamlDocument(document), { sync: false });
}
