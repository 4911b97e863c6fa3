/** Where a stage runs. The scheduler and the run's state are not its business: it starts jobs, says how they are, ends them. */

export interface Job {
  /** Unique to this attempt; the same id again answers with the job that is there. */
  readonly id: string;
  /** Run one after another; the first that fails ends the job. */
  readonly commands: readonly (readonly string[])[];
  /** Absolute. */
  readonly directory: string;
  /** The whole environment: nothing is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  /** Absolute path of the file that gets standard output and standard error as they come. */
  readonly logFile: string;
  readonly durationSeconds: number | undefined;
}

export type JobState =
  | { readonly state: 'running' }
  | { readonly state: 'succeeded'; readonly seconds: number }
  | {
      readonly state: 'failed';
      readonly seconds: number;
      readonly reason: 'exit' | 'signal' | 'not-found' | 'duration' | 'cancelled' | 'lost';
      readonly exitCode: number | null;
      readonly message: string;
    };

export interface Executor {
  readonly name: string;
  readonly capabilities: {
    /** A job goes on when the process that submitted it ends, and can be found again. */
    readonly detached: boolean;
    /** How many jobs it runs side by side. */
    readonly slots: number;
  };
  /** Starts the job and answers with the name the executor knows it by. */
  submit(job: Job): Promise<string>;
  poll(externalIds: readonly string[]): Promise<ReadonlyMap<string, JobState>>;
  /** Resolves once the job has ended, however it did. */
  wait(externalId: string): Promise<JobState>;
  /** Ends the job and every process it started; resolves when none is left. */
  cancel(externalId: string): Promise<void>;
  /** The log's bytes from an offset on. */
  logs(externalId: string, offset?: number): Promise<{ readonly bytes: Uint8Array; readonly next: number }>;
  /** Finds a job again after this process was restarted; undefined when nothing is left of it. */
  reattach(externalId: string): Promise<JobState | undefined>;
}
