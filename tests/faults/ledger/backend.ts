import { PostgresServer } from '../../backends/postgres-server.ts';

export interface Backend {
  /** The address of a new, empty ledger; undefined for a file in the ledger's folder. */
  newLedger(): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts the server of a backend, which tests/backends/run has installed. */
export async function startBackend(name: string): Promise<Backend> {
  if (name === 'sqlite') return { newLedger: async () => undefined, stop: async () => {} };
  if (name === 'postgres') {
    const server = await PostgresServer.start();
    return { newLedger: () => server.newDatabase(), stop: async () => server.remove() };
  }
  throw new Error(`${name} is no backend: sqlite or postgres`);
}
