/** What this browser has seen of a ledger: a later one must contain it. */
export interface Mark {
  readonly vkey: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** RFC 3339, by this browser's clock. */
  readonly at: string;
}

const keyOf = (origin: string) => `assay.mark.${origin}`;

export function readMark(storage: Storage, origin: string): Mark | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(keyOf(origin)) ?? 'null');
    return isMark(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A browser that keeps nothing still verifies; it only cannot compare with an earlier visit. */
export function writeMark(storage: Storage, origin: string, mark: Mark): void {
  try {
    storage.setItem(keyOf(origin), JSON.stringify(mark));
  } catch {}
}

const alarmOf = (origin: string) => `assay.alarm.${origin}`;

/** Why this ledger was found broken, on this page or an earlier one, and not found whole since. */
export function readAlarm(storage: Storage, origin: string): string | undefined {
  return storage.getItem(alarmOf(origin)) ?? undefined;
}

export function writeAlarm(storage: Storage, origin: string, problem: string | undefined): void {
  try {
    if (problem === undefined) storage.removeItem(alarmOf(origin));
    else storage.setItem(alarmOf(origin), problem);
  } catch {}
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false;
  const { vkey, size, root, at }: { [_ in keyof Mark]?: unknown } = value;
  return [vkey, root, at].every((text) => typeof text === 'string') && Number.isSafeInteger(size);
}
