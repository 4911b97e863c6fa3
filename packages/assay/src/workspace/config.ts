import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { yaml } from '../lazy-yaml.ts';
import { type AnchorConfig, anchorProblem } from './anchor-config.ts';
import { ledgerPlaceProblem } from './ledger-place.ts';
import type { Project } from './root.ts';
import { checkWitnesses, type WitnessesConfig } from './witnesses-config.ts';

/** `assay.yaml`: what everyone who works on the project shares. */
export interface ProjectConfig {
  readonly project: string;
  /** Verifier keys of ledgers whose receipts count here. */
  readonly trusted: readonly string[];
  /** Who cosigns this ledger's checkpoints, and how many of them must. */
  readonly witnesses?: WitnessesConfig;
  /** Where checkpoints are anchored. */
  readonly anchor?: AnchorConfig;
  /** Where the ledger lies, when it is not in `.assay`: see `ledgerPlace`. */
  readonly ledger?: string;
}

/** Checked by hand: every command reads this file, and a schema library would be most of its start. */
type Wrong = { readonly path: readonly (string | number)[]; readonly message: string; readonly unknownKey?: string };

/** @throws AssayError `ASSAY_CONFIG_MISSING`, or `ASSAY_CONFIG_INVALID` with file, line and column. */
export function readConfig(file: string): ProjectConfig {
  return parseConfig(readText(file), file).config;
}

/** Of a project; a repository of DVC's has no `assay.yaml`, and its own ledger is then the only one that counts. */
export function projectConfig(project: Pick<Project, 'root' | 'vkey' | 'paths'>): ProjectConfig {
  if (existsSync(project.paths.config)) return readConfig(project.paths.config);
  return { project: basename(project.root), trusted: [project.vkey] };
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
  if (list instanceof yaml().YAMLSeq) list.add(document.createNode(vkey));
  else document.set('trusted', document.createNode([vkey]));
  replaceFile(file, document.toString({ lineWidth: 0 }));
  return true;
}

/** Sets where checkpoints are anchored, leaving comments and order as they are. */
export function writeAnchorConfig(file: string, anchor: AnchorConfig): void {
  const { document } = parseConfig(readText(file), file);
  document.set('anchor', document.createNode(anchor));
  replaceFile(file, document.toString({ lineWidth: 0 }));
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
  const { isNode, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core' });
  const invalid = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return new AssayError('ASSAY_CONFIG_INVALID', `${file}:${line}:${col}: ${message}`, {
      hint: 'assay.yaml has `project`, a name, `trusted`, a list of verifier keys, and, if wanted, `witnesses`, `anchor` and `ledger`.',
    });
  };
  const [problem] = document.errors;
  if (problem) throw invalid(problem.pos[0], problem.message.split(/ at line \d/)[0] ?? problem.message);
  // An alias that multiplies itself is refused by maxAliasCount.
  const value: unknown = document.toJS({ maxAliasCount: 10 });
  const parsed = checkConfig(value);
  if (!('path' in parsed)) return { config: parsed, document };
  const { path, message, unknownKey } = parsed;
  if (unknownKey !== undefined) {
    const pair =
      document.contents && 'items' in document.contents
        ? document.contents.items.find((item) => 'key' in item && String(item.key) === unknownKey)
        : undefined;
    const node = pair && 'key' in pair && isNode(pair.key) ? pair.key : undefined;
    throw invalid(node?.range?.[0] ?? 0, `\`${unknownKey}\`: ${message}`);
  }
  const node = path.length > 0 ? document.getIn(path, true) : document.contents;
  throw invalid(
    isNode(node) ? (node.range?.[0] ?? 0) : 0,
    path.length > 0 ? `\`${path.join('.')}\` ${message}` : 'must be a map with `project` and `trusted`',
  );
}

function checkConfig(value: unknown): ProjectConfig | Wrong {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { path: [], message: '' };
  const { project, trusted = [], witnesses, anchor, ledger, ...others } = value as Readonly<Record<string, unknown>>;
  if (typeof project !== 'string') return { path: ['project'], message: 'must be the name of the project' };
  if (project === '') return { path: ['project'], message: 'must not be empty' };
  if (project.length > 100) return { path: ['project'], message: 'must be at most 100 characters' };
  if (!Array.isArray(trusted)) return { path: ['trusted'], message: 'must be a list of verifier keys' };
  const wrong = trusted.findIndex(
    (vkey) => typeof vkey !== 'string' || !/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(vkey),
  );
  if (wrong >= 0) return { path: ['trusted', wrong], message: 'must be a verifier key: name+hash+key' };
  const misplaced = ledger === undefined ? undefined : ledgerPlaceProblem(ledger);
  if (misplaced !== undefined) return { path: ['ledger'], message: misplaced };
  const [unknownKey] = Object.keys(others);
  if (unknownKey !== undefined) {
    const message = unknownKey === 'server' ? 'servers are not supported by this version' : 'there is no such setting';
    return { path: [], message, unknownKey };
  }
  const problem = witnesses === undefined ? undefined : checkWitnesses(witnesses);
  if (problem) return { path: ['witnesses', ...problem.path], message: problem.message };
  const wrongAnchor = anchor === undefined ? undefined : anchorProblem(anchor);
  if (wrongAnchor !== undefined) return { path: ['anchor'], message: wrongAnchor };
  return {
    project,
    trusted,
    ...(witnesses === undefined ? {} : { witnesses: witnesses as WitnessesConfig }),
    ...(anchor === undefined ? {} : { anchor: anchor as AnchorConfig }),
    ...(typeof ledger === 'string' && { ledger }),
  };
}
