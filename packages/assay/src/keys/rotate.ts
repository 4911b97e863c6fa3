import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { ed25519Signer, keyDraft, type RecordStore, type Signer } from '../records/index.ts';
import {
  createKeyFile,
  keyPath,
  ledgerSigner,
  localKey,
  type Project,
  publicVkey,
  readSigningKey,
  trustKey,
  vkeyId,
  writeLedgerKey,
} from '../workspace/index.ts';
import { ledgerKeys } from './history.ts';

export interface RotateOptions {
  /** As it is now, under the lock that only one rotation holds. */
  readonly project: Project;
  readonly environment: NodeJS.ProcessEnv;
  /** The ledger for reading; closed by the caller. */
  readonly records: RecordStore;
  /** The ledger with another signer; closed here. */
  readonly recordsSignedBy: (signer: Signer) => Promise<RecordStore>;
  /** The new key: a file with the private one, or the public one of what ASSAY_SIGNER has. Undefined makes one in the home. */
  readonly to?: string;
  /** Revokes the old key by the same record. */
  readonly since?: number;
  readonly reason?: string;
  /** Told of each step that was done. */
  readonly onStep?: (step: string) => void;
}

export interface Rotated {
  readonly vkey: string;
  readonly earlier: Project['earlier'];
  /** Finished what was begun before, here or in another home, and began nothing. */
  readonly finished: boolean;
  /** Where the private key lies, when it is in this home. */
  readonly keyFile: string | undefined;
}

/** A key that is not the ledger's yet. */
const NEXT = 'next';

/**
 * Gives the ledger another key: makes it, seals the hand-over with both signatures, and goes over to it. Killed at any moment, the
 * next call goes on where it was.
 *
 * @throws AssayError `ASSAY_KEY_ROTATE_TO`, `ASSAY_KEY_INVALID`, `ASSAY_RECORD_CONFLICT` and `ASSAY_KEY_NOT_PRESENT` when another
 * home was first, and those of signing and sealing
 */
export async function rotateLedgerKey(options: RotateOptions): Promise<Rotated> {
  const { project, records, onStep = () => {} } = options;
  const finished = await finishRotation(options);
  if (finished) return finished;
  const { to: next, from } = signersOf(options);
  const had = await ledgerKeys(records, project);
  if (had.some(({ vkey }) => vkey === next.vkey)) {
    throw new AssayError('ASSAY_KEY_ROTATE_TO', `the ledger had the key ${next.vkey} before`, {
      hint: 'A key that was handed over does not come back. Take a new one.',
    });
  }
  onStep('the new key is there');
  const { since, reason } = options;
  const size = await records.size();
  if (since !== undefined && !(Number.isSafeInteger(since) && since >= 0 && since <= size)) {
    throw new AssayError(
      'ASSAY_KEY_REVOKE_SINCE',
      `the ledger has ${size} records: --revoke-since is from 0 to ${size}`,
    );
  }
  const draft = keyDraft(
    {
      kind: 'hand-over',
      ledger: project.origin,
      from: from.vkey,
      to: next.vkey,
      ...(since !== undefined && { since }),
      ...(reason !== undefined && { reason }),
    },
    [from, next],
    (await records.history('ledger-key', 'key')).length + 1,
  );
  const handing = await options.recordsSignedBy({ ...from, successor: next });
  try {
    await handing.append([draft]);
    onStep('the hand-over is sealed');
  } finally {
    await handing.close();
  }
  const rotated = await finishRotation(options);
  if (!rotated) throw new Error(`the hand-over to ${next.vkey} was sealed and is not there`);
  return { ...rotated, finished: false };
}

/**
 * Goes over to the key that the ledger was handed over to, when this workspace has an earlier one: after a rotation that was
 * killed, or one in another home.
 * @returns undefined when there is nothing to finish
 */
export async function finishRotation({
  project,
  environment,
  records,
  onStep = () => {},
}: Pick<RotateOptions, 'project' | 'environment' | 'records' | 'onStep'>): Promise<Rotated | undefined> {
  const keys = await ledgerKeys(records, project, project.vkey);
  const { vkey } = keys.at(-1)!;
  if (vkey === project.vkey) return undefined;
  const [waiting, named] = [
    keyPath(environment, project.origin, NEXT),
    keyPath(environment, project.origin, vkeyId(vkey)),
  ];
  if (existsSync(waiting) && readSigningKey(waiting, project.origin).vkey === vkey) {
    renameSync(waiting, named);
    syncDirectory(dirname(named));
    onStep('the new key has its name');
  }
  if (existsSync(project.paths.config)) trustKey(project.paths.config, vkey);
  onStep('the new key is trusted');
  const passed = keys.slice(0, -1).map((key) => ({ vkey: key.vkey, until: key.until! }));
  const earlier = [...passed.reverse(), ...project.earlier];
  // Last: until then, the next call finds something to finish.
  writeLedgerKey(project, { vkey, earlier });
  onStep('the workspace has the new key');
  return { vkey, earlier, finished: true, keyFile: existsSync(named) ? named : undefined };
}

function signersOf({ project, environment, to }: RotateOptions): { readonly from: Signer; readonly to: Signer } {
  const { origin } = project;
  const { ASSAY_SIGNER: command, ...withoutCommand } = environment;
  if (to === undefined) {
    if (command || environment.ASSAY_KEY_FILE) {
      const which = command ? 'ASSAY_SIGNER' : 'ASSAY_KEY_FILE';
      throw new AssayError(
        'ASSAY_KEY_ROTATE_TO',
        `the key is named by ${which}, and --to does not say which one comes after it`,
        {
          hint: 'Name the file of the new private key, or the public key of what ASSAY_SIGNER has; see docs/guides/ledger-keys.md.',
        },
      );
    }
    const key = createKeyFile(environment, keyPath(environment, origin, NEXT), origin);
    return { from: ledgerSigner(project, environment), to: ed25519Signer(key) };
  }
  const isFile = existsSync(to);
  const vkey = publicVkey(to, origin);
  if (isFile && holdsPrivateKey(to)) {
    return { from: ledgerSigner(project, environment), to: ed25519Signer(readSigningKey(to, origin)) };
  }
  if (!command) {
    throw new AssayError('ASSAY_KEY_ROTATE_TO', `nothing here signs with ${vkey}`, {
      hint: 'Set ASSAY_SIGNER to the command that does, or name the file of the private key.',
    });
  }
  const isHere = hasLocalKey(project, environment);
  return {
    // The command may have both keys, or only the new one while the old one is a file.
    from: ledgerSigner(project, isHere ? withoutCommand : environment),
    to: ledgerSigner({ origin, vkey }, environment),
  };
}

function holdsPrivateKey(file: string): boolean {
  return /^-----BEGIN [A-Z ]*PRIVATE KEY-----$/m.test(readFileSync(file, 'latin1'));
}

function hasLocalKey(project: Project, environment: NodeJS.ProcessEnv): boolean {
  try {
    localKey(project, environment);
    return true;
  } catch (error) {
    if (error instanceof AssayError) return false;
    throw error;
  }
}
