import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interopTool } from '../interop/tools.ts';

export interface Server {
  readonly port: number;
  /** Its own; removed when it stops. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** VersityGW: S3 over a file system, with signatures checked. */
export async function startS3(): Promise<Server & { readonly key: string; readonly secret: string }> {
  const [key, secret] = ['assaykey', 'assaysecret0123456789'];
  const server = await start((folder, port) => {
    mkdirSync(join(folder, 'data', 'bucket'), { recursive: true });
    const words = ['--access', key, '--secret', secret, '--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet'];
    return [interopTool('bin/versitygw'), [...words, 'posix', join(folder, 'data')]];
  });
  return { ...server, key, secret };
}

/** Azurite, Microsoft's own emulator. */
export async function startAzure(): Promise<Server & { connection(key?: string): string }> {
  const server = await start((folder, port) => [
    process.execPath,
    [
      join(interopTool('azurite/node_modules/azurite'), 'dist/src/blob/main.js'),
      ...['--location', folder, '--blobHost', '127.0.0.1', '--blobPort', String(port), '--silent'],
      '--skipApiVersionCheck',
    ],
  ]);
  // The account that Azurite has by itself, with the key that everybody knows.
  const constants = join(interopTool('azurite/node_modules/azurite'), 'dist/src/blob/utils/constants.js');
  const own: string = createRequire(import.meta.url)(constants).EMULATOR_ACCOUNT_KEY_STR;
  return {
    ...server,
    connection: (key = own) =>
      `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${server.port}/devstoreaccount1;`,
  };
}

/** fake-gcs-server: an emulator of Google Cloud Storage that checks no credentials. */
export async function startGoogleStorage(): Promise<Server> {
  const server = await start((folder, port) => [
    interopTool('bin/fake-gcs-server'),
    [
      '-scheme',
      'http',
      '-host',
      '127.0.0.1',
      '-port',
      String(port),
      '-public-host',
      `127.0.0.1:${port}`,
      '-filesystem-root',
      folder,
    ],
  ]);
  await fetch(`http://127.0.0.1:${server.port}/storage/v1/b`, { method: 'POST', body: '{"name": "bucket"}' });
  return server;
}

/** OpenSSH's server, with keys of its own. */
export async function startSsh(): Promise<
  Server & { readonly user: string; readonly keyFile: string; readonly hostKey: string }
> {
  const keygen = (file: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const server = await start((folder, port) => {
    keygen(join(folder, 'host'));
    keygen(join(folder, 'client'));
    mkdirSync(join(folder, 'data'));
    // Where sshd puts what it shares with nobody; it insists on the folder.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const settings = {
      ListenAddress: `127.0.0.1:${port}`,
      HostKey: join(folder, 'host'),
      AuthorizedKeysFile: join(folder, 'client.pub'),
      PidFile: 'none',
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      PermitRootLogin: 'prohibit-password',
      StrictModes: 'no',
      UsePAM: 'no',
      MaxStartups: '100',
      Subsystem: 'sftp internal-sftp',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
    writeFileSync(join(folder, 'config'), lines.join(''));
    return ['/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'config')]];
  });
  const hostKey = readFileSync(join(server.folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  return { ...server, user: userInfo().username, keyFile: join(server.folder, 'client'), hostKey };
}

/** A namenode and a datanode of Hadoop, in one process. */
export async function startHdfs(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-server-'));
  const program = join(import.meta.dirname, 'hdfs/Cluster.java');
  const classes = `${dirname(interopTool('hdfs/jaxb-api-2.3.1.jar'))}/*`;
  const child = spawn('java', ['-Xmx512m', '-cp', classes, program, folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: folder,
  });
  let said = '';
  child.stdout!.on('data', (piece: Buffer) => {
    said += piece.toString('utf8');
  });
  const found = () => /^ready (\d+)/m.exec(said)?.[1];
  await until('HDFS', async () => found() !== undefined, child);
  return stoppable(child, folder, Number(found()));
}

async function start(command: (folder: string, port: number) => readonly [string, readonly string[]]): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-server-'));
  const port = await freePort();
  const [program, words] = command(folder, port);
  const options: SpawnOptions = { stdio: 'ignore', cwd: folder };
  const child = spawn(program, words, options);
  await until(program, () => answers(port), child);
  return stoppable(child, folder, port);
}

function stoppable(child: ChildProcess, folder: string, port: number): Server {
  return {
    port,
    folder,
    async stop() {
      const gone = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function until(what: string, holds: () => Promise<boolean>, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await holds()) return;
    if (child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}`);
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`${what} did not start`);
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
