import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from '../../packages/assay/src/remotes/contract.ts';
import { openRemote } from '../../packages/assay/src/remotes/index.ts';
import { describeCommands } from './commands.ts';
import { freePort, startS3 } from './servers.ts';

describe('S3', () => {
  let server: Awaited<ReturnType<typeof startS3>>;
  let dead: number;
  let count = 0;
  beforeAll(async () => {
    server = await startS3();
    dead = await freePort();
  });
  afterAll(() => server?.stop());

  const settings = () => ({
    url: `s3://bucket/a prefix é+&/${count++}`,
    endpointurl: `http://127.0.0.1:${server.port}`,
    access_key_id: server.key,
    secret_access_key: server.secret,
  });

  describeRemote('S3', () => ({
    open: () => openRemote('store', settings()),
    secrets: [server.secret],
    wrong: {
      refused: () => openRemote('store', { ...settings(), secret_access_key: `not-${server.secret}` }),
      noBucket: () => openRemote('store', { ...settings(), url: 's3://another/x' }),
      unreachable: () => openRemote('store', { ...settings(), endpointurl: `http://127.0.0.1:${dead}` }),
    },
  }));

  describeRemote('Aliyun OSS, as S3', () => ({
    open: () =>
      openRemote('store', {
        url: `oss://bucket/oss/${count++}`,
        oss_endpoint: `http://127.0.0.1:${server.port}`,
        oss_key_id: server.key,
        oss_key_secret: server.secret,
      }),
    secrets: [server.secret],
    wrong: {
      refused: () =>
        openRemote('store', {
          url: 'oss://bucket/x',
          oss_endpoint: `http://127.0.0.1:${server.port}`,
          oss_key_id: server.key,
          oss_key_secret: `not-${server.secret}`,
        }),
    },
  }));

  describeCommands('S3', () => {
    const { url, ...rest } = settings();
    return { url: url.replace(' é+&', ''), settings: rest };
  });
});
