import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from '../../packages/assay/src/remotes/contract.ts';
import { openRemote } from '../../packages/assay/src/remotes/index.ts';
import { describeCommands } from './commands.ts';
import { freePort, startAzure } from './servers.ts';

describe('Azure', () => {
  let server: Awaited<ReturnType<typeof startAzure>>;
  let dead: number;
  let count = 0;
  beforeAll(async () => {
    server = await startAzure();
    await BlobServiceClient.fromConnectionString(server.connection()).createContainer('container');
    dead = await freePort();
  });
  afterAll(() => server?.stop());

  const url = () => `azure://container/a prefix é+&/${count++}`;
  const wrongKey = Buffer.from('not the key').toString('base64');

  describeRemote('Azure Blob Storage', () => ({
    open: () => openRemote('store', { url: url(), connection_string: server.connection() }),
    secrets: [wrongKey],
    wrong: {
      refused: () => openRemote('store', { url: url(), connection_string: server.connection(wrongKey) }),
      noBucket: () => openRemote('store', { url: 'azure://another/x', connection_string: server.connection() }),
      unreachable: () =>
        openRemote('store', {
          url: url(),
          connection_string: server.connection().replace(`:${server.port}/`, `:${dead}/`),
        }),
    },
  }));

  describeCommands('Azure Blob Storage', () => ({
    url: `azure://container/commands/${count++}`,
    settings: { connection_string: server.connection() },
  }));
});
