import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { AssayError } from '../errors.ts';

export interface Listening {
  readonly url: string;
  /**
   * Takes no new connections, answers what was asked, each time with the word that the connection ends, and resolves when
   * the last reply has gone, or when `seconds` are over and what still hangs was cut off.
   */
  drain(seconds: number): Promise<void>;
}

/** @throws AssayError `ASSAY_PORT_IN_USE`, `ASSAY_PORT_REFUSED`. */
export async function listen(app: Hono, options: { readonly host: string; readonly port: number }): Promise<Listening> {
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) {
    throw new AssayError('ASSAY_PORT_REFUSED', `${options.port} is no port`, {
      hint: 'Ports are whole numbers from 1 to 65535; 0 takes any free one.',
    });
  }
  const answer = getRequestListener(app.fetch);
  const answering = new Set<ServerResponse>();
  let draining = false;
  const server = createServer((request, response) => {
    answering.add(response);
    response.shouldKeepAlive &&= !draining;
    response.once('close', () => {
      answering.delete(response);
      if (draining) server.closeIdleConnections();
    });
    return answer(request, response);
  });
  await start(server, options);
  const { address, port } = server.address() as AddressInfo;
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    drain: (seconds) =>
      new Promise((resolve) => {
        draining = true;
        // A client that keeps its connection busy would otherwise never be done.
        for (const response of answering) response.shouldKeepAlive = false;
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
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      throw new AssayError('ASSAY_PORT_IN_USE', `port ${port} of ${host} is taken`, {
        hint: 'Name another with --port, or --port 0 for any free one.',
      });
    }
    throw new AssayError('ASSAY_PORT_REFUSED', `cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
  });
}
