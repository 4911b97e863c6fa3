import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL server of its own, in a temporary folder; as the user `postgres` when this process is root. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  #databases = 0;
  #isRemoved = false;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'assay-pg-'));
    if (process.getuid?.() === 0) chownSync(folder, userId('-u'), userId('-g'));
    const server = new PostgresServer(folder, await freePort());
    // `nobody` has to give a password, and has none.
    server.#run('initdb', '-D', join(folder, 'data'), '-U', 'assay', '-A', 'trust', '--no-instructions');
    server.#shell(
      `printf 'host all nobody 127.0.0.1/32 scram-sha-256\\nhost all all 127.0.0.1/32 trust\\n' > data/pg_hba.conf`,
    );
    await server.restart();
    return server;
  }

  urlOf(database: string): string {
    return `postgres://assay@127.0.0.1:${this.#port}/${database}`;
  }

  async newDatabase(): Promise<string> {
    const name = `ledger_${++this.#databases}`;
    const client = new pg.Client({ connectionString: this.urlOf('postgres') });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
    return this.urlOf(name);
  }

  async restart(): Promise<void> {
    const settings = `-p ${this.#port} -k ${this.#folder} -c listen_addresses=127.0.0.1`;
    const [data, log] = [join(this.#folder, 'data'), join(this.#folder, 'log')];
    for (const deadline = performance.now() + 30_000; ; await delay(100)) {
      try {
        return this.#run('pg_ctl', '-D', data, '-l', log, '-o', settings, '-w', 'start');
      } catch (error) {
        // Processes of a killed server hold its memory until they notice.
        if (this.#isRemoved || performance.now() > deadline) throw error;
      }
    }
  }

  /** Kills the server as a power failure would end it: its next start recovers from its log. */
  crash(): void {
    process.kill(Number(readFileSync(join(this.#folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  }

  remove(): void {
    this.#isRemoved = true;
    try {
      this.#run('pg_ctl', '-D', join(this.#folder, 'data'), '-m', 'immediate', 'stop');
    } catch {
      // It is killed already.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, ...args: readonly string[]): void {
    this.#exec(join(binaries(), program), ...args);
  }

  #shell(script: string): void {
    this.#exec('/bin/sh', '-c', script);
  }

  #exec(...command: readonly [string, ...string[]]): void {
    const as = process.getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
    const [program = '', ...args] = [...as, ...command];
    // A server that is started keeps what it inherits: nothing of it may be a pipe.
    execFileSync(program, args, { cwd: this.#folder, stdio: 'ignore', timeout: 60_000 });
  }
}

function binaries(): string {
  const root = '/usr/lib/postgresql';
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return join(root, newest ?? '', 'bin');
}

function userId(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
