import type { SpawnSyncReturns } from 'node:child_process';
import { createRequire } from 'node:module';
import { AssayError } from '../errors.ts';

const require = createRequire(import.meta.url);
const SECONDS = 10;
const LONGEST_ANSWER = 64 * 1024;

/**
 * Asks the command of ASSAY_SIGNER for an Ed25519 signature: the bytes to sign on its standard input, the verifier's key that is
 * meant in ASSAY_SIGNER_VKEY; on its standard output the 64 bytes, or their hex or base64. Waits for it: sealing is one step.
 *
 * @throws AssayError `ASSAY_SIGNER_MISSING`, `ASSAY_SIGNER_FAILED`, `ASSAY_SIGNER_ANSWER`, `ASSAY_SIGNER_TIMEOUT`
 */
export function askSigner(vkey: string, message: Uint8Array, environment: NodeJS.ProcessEnv): Uint8Array {
  const command = environment.ASSAY_SIGNER ?? '';
  const seconds = Number(environment.ASSAY_SIGNER_TIMEOUT || SECONDS);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new AssayError('ASSAY_SIGNER_TIMEOUT', 'ASSAY_SIGNER_TIMEOUT is not a number of seconds from 0 to 3600');
  }
  // Loaded here: few commands sign, and fewer by another program.
  const { spawnSync }: typeof import('node:child_process') = require('node:child_process');
  const ended = spawnSync(command, {
    shell: true,
    input: message,
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: LONGEST_ANSWER,
    windowsHide: true,
    env: { ...environment, ASSAY_SIGNER_VKEY: vkey },
  });
  const failure = failureOf(ended, seconds);
  if (failure) throw failure;
  const signature = readSignature(ended.stdout);
  if (signature) return signature;
  throw new AssayError(
    'ASSAY_SIGNER_ANSWER',
    `what ASSAY_SIGNER names answers ${ended.stdout.length} bytes that are no Ed25519 signature`,
    { hint: 'Its standard output must hold the 64 bytes alone, or their hex or base64 in one line.' },
  );
}

function failureOf(
  { error, status, signal, stderr }: SpawnSyncReturns<Buffer>,
  seconds: number,
): AssayError | undefined {
  const said = (stderr ?? Buffer.alloc(0)).toString('utf8').trim().slice(-300);
  const code = error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEDOUT') {
    return new AssayError('ASSAY_SIGNER_TIMEOUT', `what ASSAY_SIGNER names did not answer in ${seconds} s`, {
      hint: 'Nothing was added. Does it wait for a person? Give it longer with ASSAY_SIGNER_TIMEOUT (seconds).',
    });
  }
  if (code === 'ENOBUFS') {
    return new AssayError('ASSAY_SIGNER_ANSWER', `what ASSAY_SIGNER names answers more than ${LONGEST_ANSWER} bytes`);
  }
  if (code === 'ENOENT' || status === 127 || status === 126) {
    return new AssayError('ASSAY_SIGNER_MISSING', `what ASSAY_SIGNER names cannot be run: ${said || code}`, {
      hint: 'It is run by the shell. Is the program installed, and executable?',
    });
  }
  // A program may answer without having read what it was to sign: its answer is then verified like any other.
  if (status === 0 && (error === undefined || code === 'EPIPE')) return undefined;
  const how = signal
    ? `was ended by ${signal}`
    : status === null
      ? `failed: ${error?.message}`
      : `ended with ${status}`;
  return new AssayError('ASSAY_SIGNER_FAILED', `what ASSAY_SIGNER names ${how}${said && `: ${said}`}`, {
    hint: 'Nothing was added. Its own message says why; it is asked again with the next commit.',
  });
}

function readSignature(output: Buffer): Uint8Array | undefined {
  if (output.length === 64) return output;
  const text = output.toString('latin1').trim();
  if (/^[0-9a-f]{128}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/]{86}==$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 64 ? bytes : undefined;
}
