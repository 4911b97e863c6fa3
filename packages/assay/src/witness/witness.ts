import { hash, randomBytes, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, replaceFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { nodeEd25519, nodeHasher } from '../records/index.ts';
import {
  type Checkpoint,
  cosignedMessage,
  emptyRoot,
  equalBytes,
  formatCosignature,
  formatWitnessVkey,
  fromHex,
  parseAddCheckpoint,
  parseCheckpoint,
  parseVkey,
  parseWitnessVkey,
  toHex,
  verifyCheckpoint,
  verifyConsistency,
} from '../records/proof/index.ts';
import { assayHome, createSigningKey } from '../workspace/index.ts';

/** A log whose checkpoints are cosigned, and the newest that was. */
interface WitnessedLog {
  readonly origin: string;
  readonly vkeys: readonly string[];
  readonly size: number;
  /** Hex; of the empty tree at first. */
  readonly root: string;
}

/** An answer to `add-checkpoint`: https://c2sp.org/tlog-witness */
interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
}

export interface Witness {
  readonly name: string;
  readonly vkey: string;
  /** Checks a request, keeps the checkpoint durably, and only then cosigns it; all in one turn of the event loop. */
  addCheckpoint(request: string): WitnessAnswer;
}

/** Where a home keeps what its witness has seen. One process at a time may serve it. */
export function witnessFolder(environment: NodeJS.ProcessEnv): string {
  return join(assayHome(environment), 'witness');
}

/** The witness of a home, with a key of its own, which is made when there is none. */
export function openWitness(environment: NodeJS.ProcessEnv, clock: () => Date): Witness {
  const folder = witnessFolder(environment);
  const nameFile = join(folder, 'name');
  if (!existsSync(nameFile)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    createFile(nameFile, `assay.local/witness-${randomBytes(4).toString('hex')}\n`);
  }
  const name = readFileSync(nameFile, 'utf8').trim();
  const { privateKey, vkey: own } = createSigningKey(environment, name);
  const vkey = formatWitnessVkey(name, parseVkey(own, nodeEd25519).publicKey);
  const key = parseWitnessVkey(vkey, nodeEd25519);
  return {
    name,
    vkey,
    addCheckpoint(text) {
      const judged = judge(folder, text);
      if ('status' in judged) return judged;
      const { log, checkpoint, noteText } = judged;
      const { origin, size } = checkpoint;
      if (size !== log.size || !existsSync(stateFile(folder, origin))) {
        replaceFile(stateFile(folder, origin), `${JSON.stringify({ origin, size, root: toHex(checkpoint.root) })}\n`);
      }
      const time = Math.floor(clock().getTime() / 1000);
      return {
        status: 200,
        body: formatCosignature(key, time, sign(null, cosignedMessage(time, noteText), privateKey)),
      };
    },
  };
}

/**
 * Begins to cosign a log's checkpoints, or those of one more key of it.
 * @returns false when the key was known already
 * @throws AssayError `ASSAY_VKEY_INVALID`
 */
export function addLog(environment: NodeJS.ProcessEnv, vkey: string): boolean {
  const { name } = parseVkey(vkey, nodeEd25519);
  const folder = witnessFolder(environment);
  const known = readKeys(folder, name);
  if (known.includes(vkey)) return false;
  replaceFile(keysFile(folder, name), `${JSON.stringify([...known, vkey])}\n`);
  return true;
}

export function listLogs(environment: NodeJS.ProcessEnv): readonly WitnessedLog[] {
  const folder = witnessFolder(environment);
  if (!existsSync(join(folder, 'logs'))) return [];
  return readdirSync(join(folder, 'logs'))
    .filter((file) => file.endsWith('.keys'))
    .map((file) => readJson(join(folder, 'logs', file)))
    .map((keys) => readLog(folder, parseVkey(String(Object(keys)[0])).name))
    .sort((a, b) => (a.origin < b.origin ? -1 : 1));
}

type Judged =
  | WitnessAnswer
  | { readonly log: WitnessedLog; readonly checkpoint: Checkpoint; readonly noteText: string };

function judge(folder: string, text: string): Judged {
  const refuse = (status: WitnessAnswer['status'], why: string): WitnessAnswer => ({ status, body: `${why}\n` });
  let request: ReturnType<typeof parseAddCheckpoint>;
  let checkpoint: ReturnType<typeof parseCheckpoint>;
  try {
    request = parseAddCheckpoint(text);
    checkpoint = parseCheckpoint(request.checkpoint);
  } catch (error) {
    return refuse(400, messageOf(error));
  }
  const { origin, size, root, note } = checkpoint;
  const log = readLog(folder, origin);
  if (log.vkeys.length === 0) return refuse(404, `the log ${origin} is not known here`);
  try {
    verifyCheckpoint(
      request.checkpoint,
      log.vkeys.map((vkey) => parseVkey(vkey, nodeEd25519)),
    );
  } catch (error) {
    return refuse(403, messageOf(error));
  }
  const { oldSize, proof } = request;
  if (oldSize > size) return refuse(400, `the old size ${oldSize} is over that of the checkpoint, ${size}`);
  if (oldSize !== log.size) return { status: 409, body: `${log.size}\n` };
  const grown =
    (size > 0 || equalBytes(root, emptyRoot())) &&
    verifyConsistency(oldSize, size, fromHex(log.root) ?? new Uint8Array(0), root, proof, nodeHasher);
  if (!grown) return refuse(422, `the log had the root ${log.root} at ${oldSize}, and the proof does not lead from it`);
  return { log, checkpoint, noteText: note.text };
}

/** A file that is damaged stops everything: taken as none, it would let a log begin again. */
function readLog(folder: string, origin: string): WitnessedLog {
  const vkeys = readKeys(folder, origin);
  const file = stateFile(folder, origin);
  if (!existsSync(file)) return { origin, vkeys, size: 0, root: toHex(emptyRoot()) };
  const { origin: named, size, root } = Object(readJson(file)) as Readonly<Record<string, unknown>>;
  if (named !== origin || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw damaged(file);
  if (typeof root !== 'string' || fromHex(root)?.length !== 32) throw damaged(file);
  return { origin, vkeys, size, root };
}

function readKeys(folder: string, origin: string): readonly string[] {
  const file = keysFile(folder, origin);
  if (!existsSync(file)) return [];
  const keys = readJson(file);
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) throw damaged(file);
  return keys;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(file);
    throw error;
  }
}

function damaged(file: string): AssayError {
  return new AssayError('ASSAY_WITNESS_STATE', `${file} does not say what this witness has seen`, {
    hint: 'Restore it from a backup that is not older than its last cosignature. Without it the log is not cosigned.',
  });
}

const keysFile = (folder: string, origin: string) => join(folder, 'logs', `${fileName(origin)}.keys`);
const stateFile = (folder: string, origin: string) => join(folder, 'logs', `${fileName(origin)}.json`);

function fileName(origin: string): string {
  return hash('sha256', origin, 'hex');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
