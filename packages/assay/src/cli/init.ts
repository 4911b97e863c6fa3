import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { findRepository, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { initProject } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import { type Context, openContext } from './context.ts';
import type { Output } from './output.ts';

export const command = defineCommand({
  arguments: ['[DIRECTORY]'],
  options: {
    name: { value: 'NAME', description: "the project's name (default: the folder's)" },
    ledgerKey: {
      value: 'KEY',
      description:
        "the new ledger's public key, when ASSAY_SIGNER or ASSAY_KEY_FILE signs: a PEM file, or a verifier key",
    },
    noScm: { description: 'without git, even where there is one' },
    subdir: { description: 'in a folder inside of a git repository, which needs no saying here' },
    force: { short: 'f', description: 'make .dvc/ anew: its settings, and the cache in it, are gone' },
  },
  details: [
    'Makes .dvc/ and .dvcignore as `dvc init` does, .assay/ (kept out of git) with the ledger, assay.yaml (for git), and a signing',
    'key in $ASSAY_HOME (default: $XDG_DATA_HOME/assay, else ~/.local/share/assay). What is there stays as it is; a second call',
    'changes nothing. In a clone it starts a ledger of its own.',
  ].join('\n'),
  async run({ arguments: [directory], options, context: here, output }) {
    if (options.noScm && options.subdir) {
      throw new AssayError('ASSAY_CLI_VALUE', '--subdir means a folder inside of a git repository, --no-scm none', {
        hint: 'Say one of the two.',
      });
    }
    const place = resolve(here.directory, directory ?? '.');
    if (directory !== undefined) mkdirSync(place, { recursive: true });
    const context = openContext(place, here.environment);
    try {
      return await initHere(context, options, output);
    } finally {
      await context.close();
    }
  },
});

async function initHere(
  context: Context,
  options: {
    readonly noScm: boolean;
    readonly force: boolean;
    readonly name: string | undefined;
    readonly ledgerKey: string | undefined;
  },
  output: Output,
): Promise<number> {
  const { project, fresh, made, roster } = initProject(context.directory, {
    environment: context.environment,
    now: context.clock(),
    noScm: options.noScm,
    force: options.force,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.ledgerKey === undefined ? {} : { ledgerKey: options.ledgerKey }),
  });
  await keepInGit(project.root, made);
  const records = await context.records();
  // A roster that has grown since stands.
  if (!(await records.latest('roster', roster.id))) await records.append([roster]);
  const { bold, dim } = output.colors;
  output.print(
    fresh ? `${bold(project.root)} is an Assay project now.` : `${bold(project.root)} is an Assay project already.`,
  );
  for (const path of made) output.print(`  ${dim('made')} ${path}`);
  output.print(`  ${dim('ledger')} ${project.origin}`);
  output.print(`  ${dim('verifier key')} ${project.vkey}`);
  output.result({ root: project.root, fresh, made, origin: project.origin, vkey: project.vkey });
  return 0;
}

/** DVC's own files, as `dvc init` does. */
async function keepInGit(root: string, made: readonly string[]): Promise<void> {
  const { gitTop } = findRepository(root);
  const files = made.filter((path) => path.startsWith('.dvc'));
  if (gitTop !== undefined && files.length > 0) await runGit(root, ['add', '--', ...files]);
}
