export interface Context {
  /** Where the person is, or what `-C` names; absolute. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  close(): Promise<void>;
}

/** The composition root of the command line: each part is opened when a command first asks for it. */
export function openContext(directory: string): Context {
  return { directory, environment: process.env, clock: () => new Date(), async close() {} };
}
