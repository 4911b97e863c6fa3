import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { AssayError } from '../errors.ts';

export interface Listening {
  readonly url: string;
  /**
   * Takes no new connections, answers what was asked, and resolves when the last reply has gone, or when `seconds` are over
   * and what still hangs was cut off.
   */
  drain(seconds: number): Promise<void>;
}

/** @throws AssayError `ASSAY_PORT_IN_USE`, `ASSAY_PORT_REFUSED`. */
export async function listen(app: Hono, options: { readonly host: string; readonly port: number }): Promise<Listening> {
  const server = createServer(getRequestListener(app.fetch));
  await start(server, options);
  const { address, port } = server.address() as AddressInfo;
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    drain: (seconds) =>
      new Promise((resolve) => {
        const cutOff = setTimeout(() => server.closeAllConnections(), seconds * 1000);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function start(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new AssayError('ASSAY_PORT_IN_USE', `port ${port} of ${host} is taken`, {
            hint: 'Name another with --port, or --port 0 for any free one.',
          }),
        );
      } else {
        reject(
          new AssayError('ASSAY_PORT_REFUSED', `cannot listen on ${host}:${port}: ${error.message}`, { cause: error }),
        );
      }
    });
    server.listen(port, host, resolve);
  });
}
