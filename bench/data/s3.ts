import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Comparison } from './comparison.ts';
import { makeSmallFiles } from './files.ts';
import { environmentIn } from './programs.ts';
import { type Row, seconds } from './row.ts';
import { workspacesIn } from './workspace.ts';

const count = Number(process.env.ASSAY_BENCH_S3_FILES ?? 10_000);
const server = process.env.ASSAY_BENCH_S3;

/** An S3 server on loopback that keeps its objects in a folder: versitygw, whose program ASSAY_BENCH_S3 names. */
export const s3: Row = {
  summary: `${count.toLocaleString('en')} small files and an S3 server on loopback`,
  async run(parent, table) {
    if (server === undefined) {
      table.note('ASSAY_BENCH_S3 names no S3 server (the program of github.com/versity/versitygw): not measured.');
      return;
    }
    const folder = mkdtempSync(join(parent, 'assay-bench-files-'));
    const port = await freePort();
    const running = start(server, folder, port);
    try {
      await answering(port);
      const limits = await measureServer(port);
      const url = `http://127.0.0.1:${port}`;
      using workspaces = workspacesIn(parent);
      const times = new Map<string, number>();
      const comparison = new Comparison(workspaces, (line) => {
        times.set(line.work, line.warm.assay.seconds);
        table.line(line);
      });
      comparison.each((workspace) => {
        makeSmallFiles(workspace.path('data'), count);
        mkdirSync(join(folder, workspace.side));
        workspace.own('add', '-q', 'data');
        workspace.own('remote', 'add', '-q', '-d', 'store', `s3://${workspace.side}/store`);
        workspace.own('remote', 'modify', '-q', 'store', 'endpointurl', url);
        workspace.own('remote', 'modify', '-q', 'store', 'region', 'us-east-1');
      });
      comparison.compare('`push` to S3', ['push', '-q'], {
        aim: 2,
        prepare: ({ side }) => rmSync(join(folder, side, 'store'), { recursive: true, force: true }),
      });
      comparison.compare('`push` again, nothing new', ['push', '-q'], { rounds: 2 });
      comparison.compare('`pull` from S3', ['pull', '-q'], {
        aim: 2,
        prepare(workspace) {
          workspace.forget();
          workspace.remove('data');
        },
      });
      const compare = (what: string, mine: number, limit: number) => {
        const share = mine / limit;
        const told = `${share.toFixed(2)} ×`;
        return `${what} ${seconds(limit)}, of which Assay takes ${share > 1.5 ? `**${told}**` : told}`;
      };
      const put = compare('PUT', times.get('`push` to S3')!, limits.put);
      const get = compare('GET', times.get('`pull` from S3')!, limits.get);
      table.note(
        `The server's own limit for as many objects, bare requests over 32 kept connections from one process: ${put}; ${get} (aim: at most 1.5 ×).`,
      );
    } finally {
      running.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function start(program: string, folder: string, port: number): ChildProcess {
  const environment = environmentIn(folder);
  const access = ['--access', environment.AWS_ACCESS_KEY_ID!, '--secret', environment.AWS_SECRET_ACCESS_KEY!];
  const child = spawn(program, [...access, '--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', folder], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.on('exit', () => child.kill());
  return child;
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(100);
  }
  throw new Error('the S3 server does not answer');
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Seconds for `count` objects of 275 bytes, written and read by requests that are signed beforehand. */
async function measureServer(port: number): Promise<{ readonly put: number; readonly get: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  await send(agent, port, 'PUT', '/limit', Buffer.alloc(0));
  const body = Buffer.alloc(275, 'x');
  const keys = Array.from({ length: count }, (_, i) => `/limit/${createHash('md5').update(`${i}`).digest('hex')}`);
  const all = async (method: string, bytes: Buffer) => {
    const started = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < keys.length) await send(agent, port, method, keys[next++]!, bytes);
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    return (performance.now() - started) / 1000;
  };
  const put = await all('PUT', body);
  const get = await all('GET', Buffer.alloc(0));
  agent.destroy();
  return { put, get };
}

/** One request with AWS's signature of version 4. @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function send(agent: Agent, port: number, method: string, path: string, body: Buffer): Promise<void> {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = environmentIn('');
  const host = `127.0.0.1:${port}`;
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = at.slice(0, 8);
  const scope = `${day}/us-east-1/s3/aws4_request`;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const headers = { host, 'x-amz-content-sha256': sha256, 'x-amz-date': at };
  const names = Object.keys(headers).join(';');
  const listed = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, '', listed.join(''), names, sha256].join('\n');
  const text = ['AWS4-HMAC-SHA256', at, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  let key: Buffer | string = `AWS4${secret}`;
  for (const part of [day, 'us-east-1', 's3', 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return new Promise((done, failed) => {
    const asked = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, authorization, 'content-length': body.length },
      },
      (answer) => {
        answer.resume().on('end', () => {
          if (answer.statusCode === 200) done();
          else failed(new Error(`${method} ${path}: ${answer.statusCode}`));
        });
      },
    );
    asked.on('error', failed).end(body);
  });
}
