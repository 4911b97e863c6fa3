import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../packages/assay/src/cli/commands.ts';
import { longFlag } from '../packages/assay/src/cli/words.ts';

/** Writes docs/reference/cli.md from the commands' own tables; with `--check` it only says whether the file is fresh. */

const file = join(import.meta.dirname, '..', 'docs', 'reference', 'cli.md');

const lines = [
  '# Command line',
  '',
  '<!-- Written by scripts/build-cli-reference.ts from the commands themselves. -->',
  '',
  'In a clone: `npx assay …`, on any Node from 20; or, on Linux and macOS, a link on the `PATH` to `packages/assay/bin/assay`, which starts sooner. Everywhere: `-C DIR` works as if started in DIR; `--json` prints the result as JSON, and an error as `{"error": {"code", "message", "hint"}}`; `--no-color`, or `NO_COLOR` in the environment, prints without colours. Results go to standard output, everything else to standard error; progress is shown in a terminal only.',
  '',
  "A `REF` is `kind/id@M:m:p` (the newest revision of that version), `kind/id` (the newest), or the beginning of a record's hash.",
  '',
  '## Exit codes',
  '',
  '| code | meaning |',
  '|---|---|',
  '| 0 | it came true |',
  '| 1 | it did not: a stage failed, a check did not hold, or there was an error, which is printed with its code |',
  '| 2 | a mistake in the command line |',
  '| 130 | interrupted; whatever it had started has ended |',
  '',
  '## Environment variables',
  '',
  '| name | meaning |',
  '|---|---|',
  '| `ASSAY_HOME` | where keys and high-water marks are; by default `$XDG_DATA_HOME/assay`, else `~/.local/share/assay` |',
  '| `ASSAY_KEY_FILE`, `ASSAY_SIGNER`, `ASSAY_SIGNER_TIMEOUT` | the file of the ledger’s private key, or the command that signs with it, and the seconds it may take: see [the ledger’s keys](../guides/ledger-keys.md) |',
  '| `ASSAY_SIGNER_VKEY` | told to that command: the verifier’s key that is to sign |',
  '| `ASSAY_ANCHOR_KEY`, `ASSAY_ANCHOR_KEY_FILE` | the private key that pays for anchors, or its file; by default `$ASSAY_HOME/anchor.key`: see [anchoring](../guides/ethereum.md) |',
  '| `ASSAY_ANCHOR_RPC` | the node of the chain, where its address is a secret |',
  '| `ASSAY_EDGAR_USER_AGENT` | the User-Agent for EDGAR, with a contact in it: `Example Research contact@example.com` |',
  '| `ASSAY_DEBUG` | prints the stack of a fault in Assay itself |',
  '| `ASSAY_RUN`, `ASSAY_STAGE`, `ASSAY_STATUS`, `ASSAY_PARAMETERS`, `ASSAY_JOB`, `ASSAY_RUN_MARKER` | given to stages and their hooks: see [JDF](jdf.md) |',
  '| `ASSAY_TEST_DATA` | where tests find real transcripts and ratings; without it those tests are left out, and say so |',
];
let group = '';
for (const [name, entry] of Object.entries(commands)) {
  if (entry.group !== group) {
    group = entry.group;
    lines.push('', `## ${group}`);
  }
  const { command } = await entry.load();
  const options = Object.entries(command.options ?? {});
  const required = options
    .filter(([, option]) => option.required)
    .map(([key, option]) => ` ${longFlag(key)} ${option.value}`)
    .join('');
  const usage = ['assay', name, ...(command.arguments ?? [])].join(' ') + required;
  lines.push(
    '',
    `### ${name}`,
    '',
    `${entry.summary[0]!.toUpperCase()}${entry.summary.slice(1)}.`,
    '',
    '```',
    `${usage}${options.length > 0 ? ' [options]' : ''}`,
    '```',
  );
  if (command.details) lines.push('', command.details.replaceAll('<', '&lt;'));
  if (options.length > 0) {
    lines.push('', '| option | meaning |', '|---|---|');
    for (const [key, option] of options) {
      const flags = `${option.short ? `-${option.short}, ` : ''}${longFlag(key)}${option.value ? ` ${option.value}` : ''}`;
      const notes = [
        option.required ? 'required' : '',
        option.repeat ? 'may be given several times' : '',
        option.default === undefined ? '' : `default ${option.default}`,
      ].filter(Boolean);
      lines.push(
        `| \`${flags}\` | ${option.description.replaceAll('|', '\\|')}${notes.length > 0 ? ` (${notes.join('; ')})` : ''} |`,
      );
    }
  }
}
const text = `${lines.join('\n')}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/reference/cli.md is stale: node scripts/run.mjs scripts/build-cli-reference.ts');
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
