import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

/** Latency of predictions through `assay serve`, one connection kept open, one request after another. Needs demo/. */

const root = join(import.meta.dirname, '..');
const demo = join(root, 'demo');
const launcher = join(root, 'packages/assay/bin/assay.js');
const text =
  'Volumes held up better than we feared, but pricing did not, and we are taking our margin guidance down by two points for the year.';
const warmUp = 500;
const count = 5000;

if (!existsSync(join(demo, '.assay'))) throw new Error('there is no demo/ yet: npm run demo');
const server = spawn(process.execPath, [launcher, '-C', demo, 'serve', 'edgar-sentiment', '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const { url } = await firstJson(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({ text });
  const times: number[] = [];
  for (let i = 0; i < warmUp + count; i++) {
    const started = performance.now();
    await post(`${url}/predict`, body, agent);
    if (i >= warmUp) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(2);
  agent.destroy();
  console.log(`| POST /predict, one connection, ${count} requests of ${text.split(' ').length} words | ms |`);
  console.log('|---|---|');
  console.log(`| p50 | ${at(0.5)} |`);
  console.log(`| p95 | ${at(0.95)} |`);
  console.log(`| p99 | ${at(0.99)} |`);
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
      );
      response.resume();
    });
    call.on('error', reject);
    call.end(body);
  });
}

function firstJson(child: ChildProcess): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout!.on('data', (part: Buffer) => {
      output += part.toString();
      if (output.trimEnd().endsWith('}')) resolve(JSON.parse(output));
    });
    child.once('exit', (code) => reject(new Error(`serve ended with exit code ${code}`)));
  });
}
