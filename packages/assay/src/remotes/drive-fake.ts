import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from './http-client.ts';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly parent: string;
  readonly bytes: Buffer;
}

/** A fake of the part of Google Drive's interface that the remote uses: files in folders by their ids, and nothing else. */
export function startDriveFake(token: string): Promise<Server> {
  const items = new Map<string, Item>();
  let count = 0;
  const server = createServer((request, answer) => {
    void handle(request, answer).catch(() => answer.destroy());
  });

  async function handle(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://drive');
    const tell = (status: number, value: unknown) => {
      answer.writeHead(status, { 'content-type': 'application/json' });
      answer.end(JSON.stringify(value));
    };
    const refuse = (code: number, reason: string) =>
      tell(code, { error: { code, message: reason, errors: [{ reason }] } });
    const body = await readBody(request);
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(401, 'authError');
    const id = /\/files\/([^/]+)$/.exec(url.pathname)?.[1];
    if (request.method === 'POST') {
      const { meta, media } = url.pathname.startsWith('/upload/')
        ? parts(request, body)
        : { meta: body.toString('utf8'), media: Buffer.alloc(0) };
      const {
        name,
        mimeType = 'application/octet-stream',
        parents = ['root'],
      } = JSON.parse(meta) as {
        name: string;
        mimeType?: string;
        parents?: string[];
      };
      const item = { id: `id${count++}`, name, mimeType, parent: parents[0]!, bytes: media };
      items.set(item.id, item);
      return tell(200, { id: item.id, md5Checksum: createHash('md5').update(media).digest('hex') });
    }
    if (id === undefined) return tell(200, list(url.searchParams));
    const item = items.get(id);
    if (!item) return refuse(404, 'notFound');
    if (request.method === 'DELETE') {
      items.delete(id);
      answer.writeHead(204).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start > 0 && start >= item.bytes.length) return refuse(416, 'requestedRangeNotSatisfiable');
    answer.writeHead(start > 0 ? 206 : 200, { 'content-length': item.bytes.length - start });
    answer.end(item.bytes.subarray(start));
  }

  /** Pages of a hundred, by `'ID' in parents`, `name = '…'` and `mimeType = '…'`. */
  function list(query: URLSearchParams) {
    const words = query.get('q') ?? '';
    const parents = [...words.matchAll(/'([^']*)' in parents/g)].map((match) => match[1]);
    const unquoted = (name: string) =>
      new RegExp(`${name} = '((?:[^'\\\\]|\\\\.)*)'`).exec(words)?.[1]?.replace(/\\(.)/g, '$1');
    const [name, type] = [unquoted('name'), unquoted('mimeType')];
    const found = [...items.values()].filter(
      (one) =>
        parents.includes(one.parent) &&
        (name === undefined || one.name === name) &&
        (type === undefined || one.mimeType === type),
    );
    const from = Number(query.get('pageToken') ?? 0);
    return {
      files: found.slice(from, from + 100).map((one) => ({
        id: one.id,
        name: one.name,
        mimeType: one.mimeType,
        parents: [one.parent],
        size: String(one.bytes.length),
      })),
      ...(found.length > from + 100 ? { nextPageToken: String(from + 100) } : {}),
    };
  }

  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done(server));
  });
}

/** The two parts of a `multipart/related` body: what describes the file, and its bytes. */
function parts(request: IncomingMessage, body: Buffer): { readonly meta: string; readonly media: Buffer } {
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1];
  const mark = Buffer.from(`--${boundary}`);
  const second = body.indexOf(mark, mark.length);
  const end = body.lastIndexOf(mark);
  const inner = (from: number, to: number) => body.subarray(body.indexOf('\r\n\r\n', from) + 4, to - 2);
  return { meta: inner(0, second).toString('utf8'), media: inner(second, end) };
}
