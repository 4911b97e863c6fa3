import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from '../../packages/assay/src/remotes/contract.ts';
import { openRemote } from '../../packages/assay/src/remotes/index.ts';
import { describeCommands } from './commands.ts';
import { freePort, type Server, startHdfs } from './servers.ts';

describe('HDFS', () => {
  let server: Server;
  let dead: number;
  let count = 0;
  beforeAll(async () => {
    server = await startHdfs();
    dead = await freePort();
  });
  afterAll(() => server?.stop());

  const open = (more = {}, port = server.port) =>
    openRemote('store', { url: `webhdfs://127.0.0.1:${port}/a folder é/${count++}`, user: 'somebody', ...more });

  describeRemote('WebHDFS', () => ({
    open: () => open(),
    wrong: { unreachable: () => open({}, dead) },
  }));

  describeCommands('WebHDFS', () => ({
    url: `webhdfs://127.0.0.1:${server.port}/commands/${count++}`,
    settings: { user: 'somebody' },
  }));
});
