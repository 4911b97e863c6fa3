import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Client } from 'google-auth-library';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeRemote } from './contract.ts';
import { startDriveFake } from './drive-fake.ts';
import { GoogleDriveRemote } from './google-drive.ts';
import { PersistentRemote } from './persistent.ts';

describe('Google Drive, against a fake', () => {
  let server: Server;
  let count = 0;
  beforeAll(async () => {
    server = await startDriveFake('the token');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = (token: string, port = (server.address() as AddressInfo).port) => {
    const account = new OAuth2Client();
    account.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
    const settings = { url: `gdrive://root/it's a folder/${count++}` };
    return new PersistentRemote(
      new GoogleDriveRemote('store', settings, account, `http://127.0.0.1:${port}/`),
      undefined,
    );
  };

  describeRemote('Google Drive', () => ({
    open: async () => open('the token'),
    secrets: ['the token', 'not the'],
    wrong: {
      refused: async () => open('not the token'),
      unreachable: async () => open('the token', 9),
    },
  }));
});
