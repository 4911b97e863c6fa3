import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument, YAMLSeq } from 'yaml';
import { z } from 'zod';
import { replaceFile } from '../durable-file.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';

/** `assay.yaml`: what everyone who works on the project shares. */
export interface ProjectConfig {
  readonly project: string;
  /** Verifier keys of ledgers whose receipts count here. */
  readonly trusted: readonly string[];
}

const schema = z.strictObject({
  project: z
    .string({ error: 'must be the name of the project' })
    .min(1, { error: 'must not be empty' })
    .max(100, { error: 'must be at most 100 characters' }),
  trusted: z
    .array(
      z.string().regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/, { error: 'must be a verifier key: name+hash+key' }),
      {
        error: 'must be a list of verifier keys',
      },
    )
    .default([]),
});

/** @throws AssayError `ASSAY_CONFIG_MISSING`, or `ASSAY_CONFIG_INVALID` with file, line and column. */
export function readConfig(file: string): ProjectConfig {
  return parseConfig(readText(file), file).config;
}

/** The text of a new `assay.yaml`. */
export function formatConfig(config: ProjectConfig): string {
  const trusted = config.trusted.map((vkey) => `  - ${vkey}\n`).join('');
  return [
    '# What everyone who works on this project shares; keep it in git.\n',
    `project: ${JSON.stringify(config.project)}\n`,
    '# Verifier keys of the ledgers whose receipts count here; each clone adds its own.\n',
    config.trusted.length > 0 ? `trusted:\n${trusted}` : 'trusted: []\n',
  ].join('');
}

/** Adds a verifier key, leaving comments and order as they are. False when it is listed already. */
export function trustKey(file: string, vkey: string): boolean {
  const { config, document } = parseConfig(readText(file), file);
  if (config.trusted.includes(vkey)) return false;
  const list = document.get('trusted');
  if (list instanceof YAMLSeq) list.add(document.createNode(vkey));
  else document.set('trusted', document.createNode([vkey]));
  replaceFile(file, document.toString({ lineWidth: 0 }));
  return true;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new AssayError('ASSAY_CONFIG_MISSING', `${file} is not there`, {
      hint: 'Bring it back from git, or run `assay init` to write a new one.',
    });
  }
}

function parseConfig(text: string, file: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core' });
  const invalid = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return new AssayError('ASSAY_CONFIG_INVALID', `${file}:${line}:${col}: ${message}`, {
      hint: 'assay.yaml has two keys: `project`, a name, and `trusted`, a list of verifier keys.',
    });
  };
  const [problem] = document.errors;
  if (problem) throw invalid(problem.pos[0], problem.message.split(/ at line \d/)[0] ?? problem.message);
  // An alias that multiplies itself is refused by maxAliasCount.
  const value: unknown = document.toJS({ maxAliasCount: 10 });
  const parsed = schema.safeParse(value);
  if (parsed.success) return { config: parsed.data, document };
  const issue = parsed.error.issues[0]!;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const pair =
      document.contents && 'items' in document.contents
        ? document.contents.items.find((item) => 'key' in item && String(item.key) === key)
        : undefined;
    const node = pair && 'key' in pair && isNode(pair.key) ? pair.key : undefined;
    const word = key === 'server' ? 'servers are not supported by this version' : `there is no such setting`;
    throw invalid(node?.range?.[0] ?? 0, `\`${key}\`: ${word}`);
  }
  const node = path.length > 0 ? document.getIn(issue.path, true) : document.contents;
  throw invalid(
    isNode(node) ? (node.range?.[0] ?? 0) : 0,
    path.length > 0 ? `\`${path.join('.')}\` ${issue.message}` : 'must be a map with `project` and `trusted`',
  );
}
