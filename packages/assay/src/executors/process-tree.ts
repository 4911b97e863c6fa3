import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '../errors.ts';
import { listProcesses, type ProcessEntry, startedWith, writesTo } from './process-table.ts';

/** How to know the processes of a job, however far they went away. Any one sign is enough. */
export interface Signs {
  /** A variable of the environment that they were started with, and a word in its value. */
  readonly variable: string;
  readonly word: string;
  /** Sessions and process groups begun for the job. */
  readonly groups?: readonly number[];
  /** Their standard output or error goes here. */
  readonly logFile?: string;
  /** `startClock` before the job began: processes that are older show no sign. */
  readonly since?: number;
}

const unkillableSeconds = 20;

/**
 * Ends all processes that show a sign, and all that descend from them: SIGTERM, and SIGKILL after the grace time.
 * Resolves, with how many were found, when none is left. Never ends this process or those that started it.
 *
 * A process escapes only if it has left the session and the group, cleared its environment, closed the log, and
 * outlived its parent: a container would be needed to hold it.
 *
 * @throws AssayError ASSAY_EXECUTOR_UNKILLABLE when one outlives SIGKILL
 */
export async function endProcesses(signs: Signs, graceSeconds: number): Promise<number> {
  const seen = new Map<string, ProcessEntry>();
  const started = performance.now();
  let pause = 5;
  for (let quiet = 0; ; ) {
    const alive = findProcesses(signs, seen);
    const seconds = (performance.now() - started) / 1000;
    if (alive.length === 0) {
      // Twice: a process may have been born while the table was read.
      if (++quiet === 2) return seen.size;
      continue;
    }
    quiet = 0;
    if (seconds > graceSeconds + unkillableSeconds)
      throw new AssayError(
        'ASSAY_EXECUTOR_UNKILLABLE',
        `process ${alive.map(({ pid }) => pid).join(', ')} did not end ${unkillableSeconds} s after SIGKILL`,
        { hint: 'It waits for the kernel, mostly for a disk or a network file system. Look there.' },
      );
    for (const entry of alive) {
      const isNew = !seen.has(keyOf(entry));
      seen.set(keyOf(entry), entry);
      if (seconds >= graceSeconds) signal(entry.pid, 'SIGKILL');
      else if (isNew) {
        signal(entry.pid, 'SIGTERM');
        signal(entry.pid, 'SIGCONT');
      }
    }
    await sleep(pause);
    pause = Math.min(pause * 2, 50);
  }
}

/** Those groups and sessions that still have a process. */
export function livingGroups(groups: readonly number[]): readonly number[] {
  const living = new Set(listProcesses().flatMap(({ group, session }) => [group, session]));
  return groups.filter((group) => living.has(group));
}

function findProcesses(signs: Signs, seen: ReadonlyMap<string, ProcessEntry>): ProcessEntry[] {
  const table = listProcesses();
  const byPid = new Map(table.map((entry) => [entry.pid, entry]));
  const kept = ancestors(byPid);
  const groups = new Set(signs.groups ?? []);
  const found = new Set<number>();
  for (const entry of table) {
    if (kept.has(entry.pid)) continue;
    const shows =
      seen.has(keyOf(entry)) ||
      groups.has(entry.group) ||
      groups.has(entry.session) ||
      (!isOlder(entry, signs) &&
        (startedWith(entry.pid, signs.variable, signs.word) ||
          (signs.logFile !== undefined && writesTo(entry.pid, signs.logFile))));
    if (shows) found.add(entry.pid);
  }
  if (found.size === 0) return [];
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of table)
      if (found.has(parent) && !found.has(pid) && !kept.has(pid)) {
        found.add(pid);
        grown = true;
      }
  }
  return table.filter(({ pid }) => found.has(pid));
}

/** Not asked for its environment and files: of each process of the machine, after each job, that would take longer than the job. */
function isOlder({ started }: ProcessEntry, { since = 0 }: Signs): boolean {
  return /^[1-9]\d*$/.test(started) && Number(started) < since;
}

/** This process, those above it, and the first of the system. */
function ancestors(byPid: ReadonlyMap<number, ProcessEntry>): ReadonlySet<number> {
  const found = new Set([0, 1, process.pid]);
  for (let at = byPid.get(process.pid); at && at.parent > 1 && !found.has(at.parent); at = byPid.get(at.parent))
    found.add(at.parent);
  return found;
}

function keyOf({ pid, started }: ProcessEntry): string {
  return `${pid} ${started}`;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or is another user's: the next look at the table tells.
  }
}
