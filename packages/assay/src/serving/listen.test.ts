import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { listen } from './listen.ts';

function slowApp(milliseconds: number): Hono {
  return new Hono().get('/', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return c.text('done');
  });
}

function ask(url: string, agent: Agent): Promise<{ status: number | undefined; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
    });
    request.on('error', reject);
  });
}

const local = { host: '127.0.0.1', port: 0 };

it('answers what was asked before it stops, and ends the connection of a client that would go on', async () => {
  const server = await listen(slowApp(60), local);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await ask(server.url, agent)).connection).toBe('keep-alive');
  const asked = ask(server.url, agent);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const started = performance.now();
  const drained = server.drain(10);
  expect(await asked).toEqual({ status: 200, connection: 'close' });
  await drained;
  expect(performance.now() - started).toBeLessThan(3000);
  await expect(ask(server.url, agent)).rejects.toThrow('ECONNREFUSED');
  agent.destroy();
});

it('cuts off what hangs when the time is over', async () => {
  const server = await listen(slowApp(60_000), local);
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await server.drain(0.1);
  await closed;
});

it('says which port is taken, and which can be none', async () => {
  const server = await listen(slowApp(0), local);
  const port = Number(new URL(server.url).port);
  await expect(listen(slowApp(0), { ...local, port })).rejects.toMatchObject({ code: 'ASSAY_PORT_IN_USE' });
  for (const wrong of [-1, 65_536, 1.5])
    await expect(listen(slowApp(0), { ...local, port: wrong })).rejects.toMatchObject({ code: 'ASSAY_PORT_REFUSED' });
  await expect(listen(slowApp(0), { host: '203.0.113.7', port: 0 })).rejects.toMatchObject({
    code: 'ASSAY_PORT_REFUSED',
  });
  await server.drain(1);
});
