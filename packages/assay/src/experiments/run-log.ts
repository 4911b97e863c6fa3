import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { RunEvent } from '../runs/index.ts';

/** Writes how a run goes, with what its stages print, into a log file, as each stage ends. */
export function logTo(file: string, commands: ReadonlyMap<string, readonly string[]>): (event: RunEvent) => void {
  return (event) => {
    if (event.type !== 'stage') return;
    const { stage, state, because, message, log } = event.stage;
    const lines: string[] = [];
    if (state === 'running') {
      lines.push(`Running stage '${stage}':`, ...(commands.get(stage) ?? []).map((one) => `> ${one}`));
    } else {
      if (log !== undefined && existsSync(log)) lines.push(readFileSync(log, 'utf8').trimEnd());
      if (state === 'cached') lines.push(`Stage '${stage}': ${because ?? state}`);
      if (message !== undefined) lines.push(`Stage '${stage}' ${state}: ${message}`);
    }
    const text = lines.filter((line) => line !== '').join('\n');
    if (text !== '') appendFileSync(file, `${text}\n`);
  };
}
