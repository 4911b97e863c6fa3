import { AssayError } from '../errors.ts';

export function missingInRemote(name: string, key: string): AssayError {
  return new AssayError('ASSAY_REMOTE_MISSING', `the remote ${name} does not have ${key}`, {
    hint: 'Push it from where it is, or name another remote with -r.',
  });
}

/** What a client answered, without what it was asked with: that may hold credentials. */
export function remoteFailure(name: string, what: string, error: unknown): AssayError {
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new AssayError('ASSAY_REMOTE_FAILED', `the remote ${name}: ${what}: ${withoutSecrets(message ?? '')}`, {
    hint: 'Check the address, the network and the credentials: assay remote list, assay config --list.',
    cause: error,
  });
}

export function badSetting(name: string, option: string, why: string): AssayError {
  return new AssayError('ASSAY_REMOTE_SETTING', `the remote ${name}: ${option} ${why}`, {
    hint: `assay remote modify ${name} ${option} VALUE`,
  });
}

/** `user:password@` of an address, and what looks like a signature in a query. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(\w+:\/\/[^\s/:@]+):[^\s/@]+@/g, '$1:…@')
    .replace(/([?&](?:sig|signature|token|key|x-amz-[a-z-]+)=)[^\s&]+/gi, '$1…');
}
