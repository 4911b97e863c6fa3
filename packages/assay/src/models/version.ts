import { AssayError } from '../errors.ts';

/** `M:m:p`: major when what goes in or comes out changes shape or meaning, minor when data, parameters or code change, patch when only words do. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

const pattern = /^(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8})$/;

/** @throws AssayError `ASSAY_MODEL_VERSION_FORM` when the text is not of the form `M:m:p`. */
export function parseVersion(text: string): Version {
  const match = pattern.exec(text);
  if (!match) {
    throw new AssayError('ASSAY_MODEL_VERSION_FORM', `\`${text}\` is not a version`, {
      hint: 'A version is major:minor:patch, for instance 1:4:0.',
    });
  }
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

function formatVersion({ major, minor, patch }: Version): string {
  return `${major}:${minor}:${patch}`;
}

/** What two versions of a model are compared by. */
export interface Described {
  /** What goes in and comes out, with the labels in order. */
  readonly signature: unknown;
  /** SHA-256 of each file that predictions depend on, by name. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Proposal {
  readonly version: string;
  /** Why this step, for a person. */
  readonly because: string;
}

/** The version that `next` should bear after `previous`, which bears `version`. */
export function proposeVersion(
  previous: (Described & { readonly version: string }) | undefined,
  next: Described,
): Proposal {
  if (!previous) return { version: '1:0:0', because: 'the first version' };
  const { major, minor, patch } = parseVersion(previous.version);
  if (JSON.stringify(previous.signature) !== JSON.stringify(next.signature)) {
    return {
      version: formatVersion({ major: major + 1, minor: 0, patch: 0 }),
      because: 'inputs, outputs or labels changed',
    };
  }
  const changed = [...new Set([...Object.keys(previous.files), ...Object.keys(next.files)])]
    .filter((name) => previous.files[name] !== next.files[name])
    .sort();
  if (changed.length > 0) {
    return { version: formatVersion({ major, minor: minor + 1, patch: 0 }), because: `${changed.join(', ')} changed` };
  }
  return { version: formatVersion({ major, minor, patch: patch + 1 }), because: 'only what is told about it changed' };
}
