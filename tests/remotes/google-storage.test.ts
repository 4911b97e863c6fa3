import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from '../../packages/assay/src/remotes/contract.ts';
import { openRemote } from '../../packages/assay/src/remotes/index.ts';
import { describeCommands } from './commands.ts';
import { freePort, type Server, startGoogleStorage } from './servers.ts';

describe('Google Cloud Storage', () => {
  let server: Server;
  let dead: number;
  let count = 0;
  beforeAll(async () => {
    server = await startGoogleStorage();
    dead = await freePort();
  });
  afterAll(() => server?.stop());

  const settings = (more = {}) => ({
    url: `gs://bucket/a prefix é+&/${count++}`,
    endpointurl: `http://127.0.0.1:${server.port}`,
    ...more,
  });

  describeRemote('Google Cloud Storage', () => ({
    open: () => openRemote('store', settings()),
    wrong: {
      noBucket: () => openRemote('store', settings({ url: 'gs://another/x' })),
      unreachable: () => openRemote('store', settings({ endpointurl: `http://127.0.0.1:${dead}` })),
    },
  }));

  describeCommands('Google Cloud Storage', () => {
    const { url, endpointurl } = settings();
    return { url: url.replace(' é+&', ''), settings: { endpointurl, allow_anonymous_login: 'true' } };
  });
});
