import type { Handler } from 'hono';
import { parseTilePath, type RecordStore, readTile, withCosignatures } from '../records/index.ts';
import { RequestError } from './errors.ts';

/**
 * The ledger as https://c2sp.org/tlog-tiles wants it over HTTP: `checkpoint` and `tile/…` under a prefix, made from the database as
 * they are asked for. The newest checkpoint has the cosignatures of witnesses, once they gave them.
 */
export function logFiles(records: RecordStore, cosigned: () => string | undefined, prefix: string): Handler {
  return async (c) => {
    const path = c.req.path.slice(prefix.length);
    const note = path === 'checkpoint' ? await records.checkpoint() : undefined;
    if (note !== undefined) {
      return c.body(withCosignatures(note, cosigned()), 200, {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-cache',
      });
    }
    const name = parseTilePath(path);
    const bytes = name && (await readTile(records, name));
    if (!bytes) throw new RequestError(404, 'ASSAY_API_NO_TILE', `this log has no ${path}`);
    // A tile never changes.
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
    });
  };
}
