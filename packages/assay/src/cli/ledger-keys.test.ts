/** Rotation, revocation and keys outside of the home, by the commands and in processes of their own. */
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const assay = new URL('../../bin/assay.js', import.meta.url).pathname;
const rotateAndDie = new URL('../../../../tests/faults/ledger/rotate.ts', import.meta.url).pathname;

let folder: string;
let environment: NodeJS.ProcessEnv;
const project = () => join(folder, 'project');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-key-commands-'));
  mkdirSync(project());
  environment = { ...process.env, ASSAY_HOME: join(folder, 'home'), NO_COLOR: '1' };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(words: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [assay, ...words], {
    cwd: project(),
    env: { ...environment, ...more },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The JSON that a command answers with; it must end well. */
function ask(words: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = run([...words, '--json'], more);
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

const vkey = () => String(ask(['ledger', 'key']).vkey);
const isWhole = (more: NodeJS.ProcessEnv = {}) =>
  expect(ask(['verify'], more)).toMatchObject({ ok: true, failures: [] });
const codeOf = ({ stdout, stderr }: { stdout: string; stderr: string }) => /ASSAY_[A-Z_]+/.exec(stdout + stderr)?.[0];

function keyPair(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [secret, open] = [join(folder, `${name}.pem`), join(folder, `${name}.pub`)];
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }));
  return { secret, open };
}

/** A program that signs what it reads with a key, as ASSAY_SIGNER names it. */
function signer(secret: string): string {
  const program = join(folder, 'signer.mjs');
  writeFileSync(
    program,
    `import { createPrivateKey, sign } from 'node:crypto'; import { readFileSync } from 'node:fs';
     process.stdout.write(sign(null, readFileSync(0), createPrivateKey(readFileSync(process.argv[2]))).toString('base64') + '\\n');`,
  );
  return `'${process.execPath}' '${program}' '${secret}'`;
}

test('receipts of before and after a rotation verify by the old key, without a project', () => {
  ask(['init']);
  const old = vkey();
  ask(['receipt', 'roster/roster', '--out', 'before.json']);
  expect(ask(['ledger', 'key', 'rotate'])).toMatchObject({ rotated: true, finished: false });
  expect(vkey()).not.toBe(old);
  ask(['receipt', 'roster/roster', '--out', 'after.json']);
  isWhole();
  const elsewhere = { ASSAY_HOME: join(folder, 'nobody') };
  for (const file of ['before.json', 'after.json']) ask(['verify', '--receipt', file, '--key', old], elsewhere);
  ask(['verify', '--receipt', 'after.json', '--key', vkey()], elsewhere);
  const other = run(['verify', '--receipt', 'before.json', '--key', vkey()], elsewhere);
  expect([other.status, codeOf(other)]).toEqual([1, 'ASSAY_RECEIPT_KEY']);
  const revoked = run(['verify', '--receipt', 'before.json', '--key', old, '--revoked', old], elsewhere);
  expect([revoked.status, codeOf(revoked)]).toEqual([1, 'ASSAY_KEY_REVOKED']);
  ask(['verify', '--receipt', 'before.json', '--key', old, '--revoked', `${old}@1`], elsewhere);
  expect(ask(['ledger', 'key', '--all']).keys).toMatchObject([
    { vkey: old, until: 2 },
    { vkey: vkey(), from: 2 },
  ]);
});

test('killed after any step, the next call finishes, and the ledger is whole all the while', {
  timeout: 120_000,
}, () => {
  ask(['init']);
  const before = vkey();
  let killed = 0;
  for (let step = 1; step <= 9; step++) {
    const { signal, status } = spawnSync(process.execPath, [rotateAndDie, project(), String(step)], {
      env: environment,
    });
    if (signal !== 'SIGKILL') {
      expect([step, status]).toEqual([step, 0]);
      break;
    }
    killed++;
    // Reading goes on; what is sealed and not taken over here is told, and by nothing else.
    expect(ask(['record', 'log']).length).toBeGreaterThan(0);
    const { failures } = JSON.parse(run(['verify', '--json']).stdout);
    for (const { check, message } of failures)
      expect([check, message]).toEqual(['keys', expect.stringMatching(/--finish/)]);
    const present = vkey();
    ask(['ledger', 'key', 'rotate']);
    expect(vkey()).not.toBe(present);
    isWhole();
  }
  expect(killed).toBe(5);
  const { keys } = ask(['ledger', 'key', '--all']);
  expect(keys[0].vkey).toBe(before);
  // One for each call that was not killed, and the one of a kill right after the last step.
  expect(keys.length).toBe(1 + killed + 1 + 1);
  ask(['receipt', 'roster/roster', '--out', 'r.json']);
  ask(['verify', '--receipt', 'r.json', '--key', before]);
  expect(readdirSync(join(folder, 'home', 'keys')).filter((name) => name.includes('next'))).toEqual([]);
});

test('several rotations at once: each that ends well is one hand-over, the others are refused', async () => {
  ask(['init']);
  const ended = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise<number | null>((resolve) => {
          const child = spawn(process.execPath, [assay, 'ledger', 'key', 'rotate'], {
            cwd: project(),
            env: environment,
            stdio: 'ignore',
          });
          child.on('close', resolve);
        }),
    ),
  );
  const done = ended.filter((status) => status === 0).length;
  expect(done).toBeGreaterThan(0);
  expect(ask(['ledger', 'key', '--all']).keys.length).toBe(1 + done);
  isWhole();
});

test('a leaked key is rotated and revoked in one step; an earlier one can be revoked later', () => {
  ask(['init']);
  const leaked = vkey();
  expect(codeOf(run(['ledger', 'key', 'revoke', leaked]))).toBe('ASSAY_KEY_REVOKE_PRESENT');
  ask(['ledger', 'key', 'rotate', '--revoke-since', '0', '--reason', 'it lay in a backup']);
  expect(ask(['verify']).remarks).toEqual([expect.stringMatching(/revoked from record 0 on \(it lay in a backup\)/)]);
  ask(['receipt', 'roster/roster', '--out', 'r.json']);
  const byLeaked = run(['verify', '--receipt', 'r.json', '--key', leaked]);
  expect([byLeaked.status, codeOf(byLeaked)]).toEqual([1, 'ASSAY_KEY_REVOKED']);
  const second = vkey();
  ask(['ledger', 'key', 'rotate']);
  const revoke = ['ledger', 'key', 'revoke', second.slice(second.indexOf('+') + 1).slice(0, 8)];
  expect(ask([...revoke, '--since', '2']).since).toBe(2);
  expect(ask([...revoke, '--since', '2'])).toMatchObject({ since: 2, record: null });
  expect(codeOf(run([...revoke, '--since', '99']))).toBe('ASSAY_KEY_REVOKE_SINCE');
  expect(codeOf(run(['ledger', 'key', 'revoke', '00000000']))).toBe('ASSAY_KEY_UNKNOWN');
  isWhole();
});

test('a key outside of the home: a file, a command, and from the one to the other', () => {
  const [one, two] = [keyPair('one'), keyPair('two')];
  const byFile = { ASSAY_KEY_FILE: one.secret };
  ask(['init'], byFile);
  expect(readdirSync(join(folder, 'home', 'keys')).every((name) => name.includes('actor'))).toBe(true);
  expect(codeOf(run(['ledger', 'key', 'rotate'], byFile))).toBe('ASSAY_KEY_ROTATE_TO');
  expect(codeOf(run(['ledger', 'key', 'rotate', '--to', two.open], byFile))).toBe('ASSAY_KEY_ROTATE_TO');
  const byCommand = { ASSAY_SIGNER: signer(two.secret) };
  ask(['ledger', 'key', 'rotate', '--to', two.open], { ...byFile, ...byCommand });
  const again = { ASSAY_KEY_FILE: keyPair('three').secret };
  expect(codeOf(run(['ledger', 'key', 'rotate', '--to', again.ASSAY_KEY_FILE], byFile))).toBe('ASSAY_KEY_MISMATCH');
  ask(['ledger', 'key', 'rotate', '--to', again.ASSAY_KEY_FILE], byCommand);
  for (const earlier of [one.secret, again.ASSAY_KEY_FILE]) {
    expect(codeOf(run(['ledger', 'key', 'rotate', '--to', earlier], again))).toBe('ASSAY_KEY_ROTATE_TO');
  }
  expect(ask(['ledger', 'key', '--all']).keys.length).toBe(3);
  isWhole();
});

test('a ledger whose key only a command has is begun, and each way in which the command fails has its code', () => {
  const { secret, open } = keyPair('hsm');
  const good = { ASSAY_SIGNER: signer(secret) };
  expect(codeOf(run(['init'], good))).toBe('ASSAY_SIGNER_KEY');
  expect(ask(['init', '--ledger-key', open], good)).toMatchObject({ fresh: true });
  const size = () => ask(['ledger', 'key', '--all']).keys.length + ask(['verify']).records;
  const before = size();
  const wrong: readonly (readonly [string, string])[] = [
    ['/nowhere/signer', 'ASSAY_SIGNER_MISSING'],
    ['exit 3', 'ASSAY_SIGNER_FAILED'],
    ['echo no', 'ASSAY_SIGNER_ANSWER'],
    ['cat /dev/zero', 'ASSAY_SIGNER_ANSWER'],
    ['head -c 64 /dev/zero', 'ASSAY_KEY_MISMATCH'],
    [signer(keyPair('other').secret), 'ASSAY_KEY_MISMATCH'],
    ['exec sleep 20', 'ASSAY_SIGNER_TIMEOUT'],
  ];
  for (const [command, code] of wrong) {
    const refused = run(['ledger', 'key', 'rotate', '--to', keyPair('next').secret], {
      ASSAY_SIGNER: command,
      ASSAY_SIGNER_TIMEOUT: '1',
    });
    expect([command, codeOf(refused)]).toEqual([command, code]);
  }
  expect(size()).toBe(before);
  ask(['ledger', 'key', 'rotate', '--to', keyPair('last').secret], good);
  isWhole();
});

test('what the workspace remembers of its keys is read strictly', () => {
  ask(['init']);
  ask(['ledger', 'key', 'rotate']);
  const file = join(project(), '.assay', 'vkey');
  const good = readFileSync(file, 'utf8');
  for (const bad of [good.replace(/ 2\n$/, '\n'), good.replace(/ 2\n$/, ' x\n'), `\n${good}`.replace('+', ' ')]) {
    writeFileSync(file, bad);
    expect(codeOf(run(['verify']))).toBe('ASSAY_WORKSPACE_DAMAGED');
  }
  writeFileSync(file, good.replace(/ 2\n$/, ' 7\n'));
  expect(run(['verify']).stdout).toMatch(/keys.*believes .* up to 7 records/);
  writeFileSync(file, good);
  isWhole();
});
