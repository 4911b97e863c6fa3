import { type ChildProcess, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as listenOn } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const tools = join(
  process.env.ASSAY_INTEROP_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay-interop'),
  'evm',
);

/** The first account of both nodes, known to everyone. */
export const accountKey = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
export const otherKey = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';

export const nodes = {
  anvil: (port: number) => {
    const [binary] = globSync(join(tools, 'node_modules/@foundry-rs/anvil-*/bin/anvil*'));
    return spawn(binary!, ['--port', String(port), '--silent'], { stdio: 'ignore' });
  },
  hardhat: (port: number) =>
    spawn(process.execPath, ['node_modules/hardhat/dist/src/cli.js', 'node', '--port', String(port)], {
      cwd: tools,
      stdio: 'ignore',
    }),
};

export interface RunningNode {
  readonly url: string;
  call(method: string, parameters?: readonly unknown[]): Promise<unknown>;
  stop(): void;
}

export async function startNode(name: keyof typeof nodes): Promise<RunningNode> {
  const port = await freePort();
  const child: ChildProcess = nodes[name](port);
  const url = `http://127.0.0.1:${port}`;
  const call = async (method: string, params: readonly unknown[] = []) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error) throw new Error(error.message);
    return result;
  };
  for (let tries = 0; ; tries++) {
    try {
      await call('eth_chainId');
      return { url, call, stop: () => child.kill() };
    } catch (error) {
      if (tries === 150) throw error;
      await sleep(200);
    }
  }
}

/** A node in between that changes answers. */
export async function startLiar(
  url: string,
  lie: (method: string, answer: Record<string, unknown>) => unknown,
): Promise<{ readonly url: string; stop(): void }> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const body = Buffer.concat(chunks).toString();
    const { method } = JSON.parse(body) as { method: string };
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const told = lie(method, (await answer.json()) as Record<string, unknown>);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = listenOn();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
