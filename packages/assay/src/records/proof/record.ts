import { AssayError } from '../../errors.ts';
import type { LedgerRecord } from '../record.ts';
import { parseCanonical } from './canonical-json.ts';

/** An entry is under 64 KB, so that a C2SP entry bundle can carry it (a 16-bit length). */
export const LARGEST_ENTRY = 65_535;

const HEX_32 = /^[0-9a-f]{64}$/;
const EVENTS = ['created', 'updated', 'rolled-back', 'retired', 'redacted'];

type Check = (value: unknown) => string | undefined;

const text =
  (longest: number): Check =>
  (value) => {
    if (typeof value !== 'string' || value === '') return 'must be a text that is not empty';
    if (value.length > longest) return `must be at most ${longest} characters`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    return /[\u0000-\u001f\u007f]/.test(value) || value !== value.trim()
      ? 'must have no control characters or outer spaces'
      : undefined;
  };
const match =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `must be ${expected}`;
const count =
  (least: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least
      ? undefined
      : `must be an integer of at least ${least}`;
const digest = match(HEX_32, '64 lower-case hex digits');
const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : `must be one of ${values.join(', ')}`;
const list =
  (item: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    for (let i = 0; i < value.length; i++) {
      const problem = item(value[i]);
      if (problem !== undefined) return `[${i}] ${problem}`;
    }
    return undefined;
  };
const shape =
  (members: Readonly<Record<string, Check>>, optional: readonly string[] = []): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
    const present = new Map(Object.entries(value));
    for (const [name, check] of Object.entries(members)) {
      if (!present.has(name)) {
        if (optional.includes(name)) continue;
        return `lacks \`${name}\``;
      }
      const problem = check(present.get(name));
      if (problem !== undefined) return `\`${name}\` ${problem}`;
    }
    for (const name of present.keys()) {
      if (!Object.hasOwn(members, name)) return `has an unknown member \`${name}\``;
    }
    return undefined;
  };

const sealed = shape({ mediaType: text(200), digest, size: count(0) });

const recordShape = shape(
  {
    v: oneOf([1]),
    kind: match(/^[a-z][a-z0-9-]{0,62}$/, 'a lower-case word (letters, digits, hyphens; at most 63)'),
    id: text(256),
    revision: count(1),
    version: match(/^(?:0|[1-9]\d{0,8}):(?:0|[1-9]\d{0,8}):(?:0|[1-9]\d{0,8})$/, 'a version `M:m:p`'),
    event: oneOf(EVENTS),
    at: isUtcTime,
    by: text(256),
    note: sealed,
    body: sealed,
    artifacts: list(
      shape(
        {
          name: text(1024),
          md5: match(/^[0-9a-f]{32}(?:\.dir)?$/, '32 lower-case hex digits'),
          sha256: digest,
          size: count(0),
          kept: oneOf(['dvc']),
        },
        ['kept'],
      ),
    ),
    parents: list(
      shape({
        role: text(128),
        ref: match(/^(?:record|sha256):[0-9a-f]{64}$/, '`record:` or `sha256:` and 64 hex digits'),
      }),
    ),
  },
  ['note'],
);

/** Whether a value is a record of version 1, and nothing else besides. */
export function isRecord(value: unknown): value is LedgerRecord {
  return recordShape(value) === undefined;
}

/** What keeps a value from being a record; undefined when it is one. */
export function recordProblem(value: unknown): string | undefined {
  return recordShape(value);
}

/**
 * Reads a ledger entry.
 * @throws AssayError `ASSAY_JSON_NOT_CANONICAL`, `ASSAY_RECORD_INVALID`, `ASSAY_RECORD_TOO_LARGE`
 */
export function parseEntry(entry: Uint8Array): LedgerRecord {
  if (entry.length > LARGEST_ENTRY) {
    throw new AssayError('ASSAY_RECORD_TOO_LARGE', `an entry of ${entry.length} bytes is over ${LARGEST_ENTRY}`);
  }
  const value = parseCanonical(entry);
  if (!isRecord(value)) throw new AssayError('ASSAY_RECORD_INVALID', `the record ${recordShape(value)}`);
  return value;
}

/** RFC 3339 in UTC with milliseconds at most, and a day that exists. */
function isUtcTime(value: unknown): string | undefined {
  const expected = 'must be an RFC 3339 time in UTC, such as 2025-01-31T12:00:00.000Z';
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(value)) return expected;
  const time = Date.parse(value);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== value.slice(0, 19) ? expected : undefined;
}
