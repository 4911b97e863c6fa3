import type { Command } from './command.ts';

/** A line of the table of commands. */
export interface Entry {
  readonly summary: string;
  readonly group:
    | 'Project'
    | 'Data'
    | 'Remotes'
    | 'Data access'
    | 'Stages'
    | 'Experiments'
    | 'Repository'
    | 'Pipelines'
    | 'Flagship stages'
    | 'Records'
    | 'Approvals'
    | 'Tracking'
    | 'Anchors'
    | 'Models'
    | 'Studio';
  /** DVC has the command too: its exit codes hold, and `-q` and `-v` are understood. */
  readonly dvc?: boolean;
  /** The exit code of a failure, where DVC has another one than 255. */
  readonly failed?: number;
  /** Errors that end it with another code than `failed`. */
  readonly failedBy?: Readonly<Record<string, number>>;
  load(): Promise<{ readonly command: Command }>;
}

/** Marks commands that DVC has too. */
export function sharedWithDvc(entries: Readonly<Record<string, Omit<Entry, 'dvc'>>>): Readonly<Record<string, Entry>> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, dvc: true }]));
}
