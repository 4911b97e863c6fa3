import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from './contract.ts';
import { openRemote } from './open-remote.ts';

/** A server that keeps what is put, behind a password. */
function startServer(folder: string): Promise<Server> {
  const authorization = `Basic ${Buffer.from('somebody:the password').toString('base64')}`;
  let count = 0;
  const server = createServer((request, answer) => {
    const path = join(folder, decodeURIComponent(new URL(request.url!, 'http://server').pathname));
    const end = (status: number) => {
      answer.statusCode = status;
      answer.end();
    };
    if (request.headers.authorization !== authorization) return end(401);
    if (request.method === 'PUT') {
      const temporary = join(folder, `.${count++}`);
      pipeline(request, createWriteStream(temporary)).then(
        () => {
          mkdirSync(dirname(path), { recursive: true });
          renameSync(temporary, path);
          end(201);
        },
        () => rmSync(temporary, { force: true }),
      );
      return;
    }
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return end(404);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start > 0 && start >= stats.size) return end(416);
    if (start > 0) answer.setHeader('content-range', `bytes ${start}-${stats.size - 1}/${stats.size}`);
    answer.writeHead(start > 0 ? 206 : 200, { 'content-length': stats.size - start });
    if (request.method === 'HEAD') return answer.end();
    pipeline(createReadStream(path, { start }), answer).catch(() => {});
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done(server));
  });
}

describe('HTTP', () => {
  let server: Server;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-http-'));
    server = await startServer(folder);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const open = (more = {}) =>
    openRemote('store', {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a%20folder/${count++}`,
      method: 'put',
      auth: 'basic',
      user: 'somebody',
      password: 'the password',
      ...more,
    });

  describeRemote('HTTP', () => ({
    open: () => open(),
    cannot: ['list', 'remove'],
    secrets: ['the password'],
    wrong: {
      refused: () => open({ password: 'not the password' }),
      unreachable: () => open({ url: 'http://127.0.0.1:9' }),
    },
  }));
});
