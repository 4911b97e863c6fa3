import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/** A living process; zombies are left out. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** 0 where the system does not tell. */
  readonly session: number;
  /** Tells two processes apart that had the same pid, one after the other. */
  readonly started: string;
}

/** Everything that runs now. On Linux from /proc; elsewhere by `ps`, which knows no environments and no open files. */
export function listProcesses(): readonly ProcessEntry[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

function listFromProc(): readonly ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    // The command's name stands in brackets and may hold anything: fields are counted after the last one. proc(5)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent, group, session] = fields;
    if (state === undefined || state === '' || state === 'Z' || state === 'X') continue;
    entries.push({
      pid: Number(name),
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      started: fields[19] ?? '',
    });
  }
  return entries;
}

/** Longer than any: fifty numbers and a name of at most 64 bytes. */
const statBytes = Buffer.alloc(4096);

/** In one read: the table is read after each job, and `readFileSync` asks the system twice as much. Empty when it has ended. */
function readStat(pid: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`/proc/${pid}/stat`, 'r');
    return statBytes.toString('latin1', 0, readSync(descriptor, statBytes));
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

export function listFromPs(): readonly ProcessEntry[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
  });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, group, state, ...started] = line.trim().split(/\s+/);
    if (pid === undefined || pid === '' || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, started: started.join(' ') }];
  });
}

/**
 * The system's clock by which processes are `started`, in the same unit, a little less than now; 0 where it does not tell. What
 * started before cannot come from what starts now.
 */
export function startClock(): number {
  if (process.platform !== 'linux') return 0;
  const [uptime = '0'] = readOrNothing('/proc/uptime').split(' ');
  // In ticks of 1/100 s, whatever the kernel's own are: proc(5).
  return Math.max(0, Math.floor(Number(uptime) * 100) - 2);
}

/** Does this variable of the environment that the process was started with hold the word, between spaces? */
export function startedWith(pid: number, variable: string, word: string): boolean {
  const environment = `\0${readOrNothing(`/proc/${pid}/environ`, 'latin1')}`;
  const start = environment.indexOf(`\0${variable}=`);
  if (start < 0) return false;
  const value = environment.slice(start + variable.length + 2, environment.indexOf('\0', start + 1));
  return value.split(' ').includes(word);
}

/** Does its standard output or error go to this file? */
export function writesTo(pid: number, file: string): boolean {
  for (const descriptor of [1, 2])
    try {
      if (readlinkSync(`/proc/${pid}/fd/${descriptor}`) === file) return true;
    } catch {
      // It ended meanwhile, or is another user's.
    }
  return false;
}

function readOrNothing(path: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  try {
    return readFileSync(path, encoding);
  } catch {
    return '';
  }
}
