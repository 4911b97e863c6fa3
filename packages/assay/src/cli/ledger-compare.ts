import { resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import {
  type Comparison,
  compareLogs,
  folderLog,
  type LogSource,
  ledgerVerifiers,
  nodeEd25519,
  nodeHasher,
  referenceTo,
  servedLog,
  storedLog,
  toHex,
} from '../records/index.ts';
import { parseEntry, parseVkey } from '../records/proof/index.ts';
import { projectConfig } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import type { Context } from './context.ts';
import { shortHash } from './format.ts';

const exitCodes: Readonly<Record<Comparison['relation'], number>> = { same: 0, prefix: 0, split: 3, different: 4 };

export const command = defineCommand({
  arguments: ['A', '[B]'],
  options: {
    key: {
      value: 'VKEY',
      repeat: true,
      description: "a key that must have signed; by default, this project's, if there is one",
    },
  },
  details: [
    'A and B are folders that were exported, or addresses of served logs; without B, A is compared with this ledger. Says whether they are',
    'the same, one is the beginning of the other, or they are a split view: of one name, with other entries; it names the first. Reads few',
    'tiles, which must lead to the roots that are signed. Exit codes: 0 the same, or one the beginning of the other; 3 a split view;',
    '4 different logs; 1 one of them cannot be read, is damaged, or is not signed by the key.',
  ].join('\n'),
  async run({ arguments: [a = '', b], options, context, output, signal }) {
    const sources = [await sourceOf(a, context, signal), await sourceOf(b, context, signal)] as const;
    const compared = await compareLogs(sources, {
      verifiers: verifiersOf(options.key, context),
      required: options.key.length > 0,
    });
    const { relation, logs, signed, first } = compared;
    const { bold, dim, green, red } = output.colors;
    const [shorter, longer] = logs[0].size <= logs[1].size ? logs : [logs[1], logs[0]];
    const said = {
      same: green(`the same log, ${shorter.size} entries`),
      prefix: green(`${shorter.name} (${shorter.size} entries) is the beginning of ${longer.name} (${longer.size})`),
      split: red(`a split view of ${shorter.origin}: from entry ${first?.index} on they differ`),
      different: red(`different logs: ${logs[0].origin} and ${logs[1].origin}`),
    };
    output.print(said[relation]);
    const entries = first?.entries.map(describe);
    logs.forEach((log, i) => {
      const entry = entries?.[i];
      if (entry) output.print(`  ${bold(log.name)}: ${entry.record ?? 'no record'}, ${shortHash(entry.hash)}`);
    });
    for (const log of logs) output.print(dim(`  ${log.name}: ${log.size} entries, root ${log.root}`));
    if (!signed) output.print(dim('  signatures were not checked: name the key by --key'));
    else if (relation === 'split')
      output.print(dim('  both are signed: who holds the key showed two ledgers, or it was stolen'));
    output.result({ relation, signed, logs, ...(first && { first: { index: first.index, entries } }) });
    return exitCodes[relation];
  },
});

async function sourceOf(place: string | undefined, context: Context, signal: AbortSignal): Promise<LogSource> {
  if (place === undefined) return storedLog(await context.records(), context.project().root);
  return /^https?:\/\//.test(place) ? servedLog(place, signal) : folderLog(resolve(context.directory, place));
}

function verifiersOf(keys: readonly string[], context: Context) {
  if (keys.length > 0) return keys.map((key) => parseVkey(key, nodeEd25519));
  try {
    const project = context.project();
    return ledgerVerifiers(project.vkey, projectConfig(project).trusted, project.earlier);
  } catch (error) {
    if (error instanceof AssayError && /^ASSAY_WORKSPACE_NOT_/.test(error.code)) return [];
    throw error;
  }
}

/** An entry of another log need not be a record. */
function describe(entry: Uint8Array): {
  readonly hash: string;
  readonly record: string | null;
  readonly at: string | null;
} {
  const hash = toHex(nodeHasher.leaf(entry));
  try {
    const record = parseEntry(entry);
    return { hash, record: referenceTo({ record }), at: record.at };
  } catch {
    return { hash, record: null, at: null };
  }
}
