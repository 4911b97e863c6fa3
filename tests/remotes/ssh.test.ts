import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from '../../packages/assay/src/remotes/contract.ts';
import { openRemote } from '../../packages/assay/src/remotes/index.ts';
import { describeCommands } from './commands.ts';
import { freePort, startSsh } from './servers.ts';

describe('SSH', () => {
  let server: Awaited<ReturnType<typeof startSsh>>;
  let home: string;
  let dead: number;
  let count = 0;
  beforeAll(async () => {
    server = await startSsh();
    dead = await freePort();
    home = mkdtempSync(join(tmpdir(), 'assay-home-'));
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'known_hosts'), `[127.0.0.1]:${server.port} ${server.hostKey}\n`);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(home, { recursive: true });
  });

  const open = (more = {}, port = server.port) =>
    openRemote(
      'store',
      {
        url: `ssh://127.0.0.1:${port}${server.folder}/data/a folder é/${count++}`,
        user: server.user,
        keyfile: server.keyFile,
        ...more,
      },
      { environment: { HOME: home } },
    );

  describeRemote('SSH', () => ({
    open: () => open(),
    secrets: ['not the password'],
    wrong: {
      refused: () => open({ keyfile: join(server.folder, 'host'), password: 'not the password' }),
      unreachable: () => open({}, dead),
    },
  }));

  describeCommands('SSH', () => ({
    url: `ssh://127.0.0.1:${server.port}${server.folder}/data/commands/${count++}`,
    settings: { user: server.user, keyfile: server.keyFile },
    knownHosts: `[127.0.0.1]:${server.port} ${server.hostKey}\n`,
  }));
});
