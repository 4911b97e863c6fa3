/** A ledger in a temporary folder, for tests and for the programs that they start. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileObjectStore, openObjectStore } from '../objects/index.ts';
import { fileHighWaterMarks } from './high-water.ts';
import { openPostgresRecords } from './postgres/open.ts';
import { verifyPostgresLedger } from './postgres/verify.ts';
import { formatVkey } from './proof/index.ts';
import type { Draft } from './record.ts';
import { ed25519Signer } from './signer.ts';
import { openSqliteRecords, type SqliteRecordsOptions } from './sqlite/open.ts';
import type { RecordStore } from './store.ts';
import { type Verification, type VerifyOptions, verifyLedger } from './verify.ts';

export interface LedgerFixture {
  readonly options: SqliteRecordsOptions;
  readonly objects: FileObjectStore;
  /** By which another process finds the same ledger. */
  readonly environment?: Readonly<Record<string, string>>;
  open(other?: Partial<SqliteRecordsOptions>): Promise<RecordStore>;
  verify(other?: Partial<VerifyOptions>): Promise<Verification>;
}

/**
 * The key is kept in the folder, so that several processes can share the ledger.
 * @param url a PostgreSQL database in place of a SQLite file in the folder
 */
export function ledgerIn(folder: string, name = 'example.test/ledger', url?: string): LedgerFixture {
  const keyFile = join(folder, 'key.pem');
  if (!existsSync(keyFile)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      flag: 'wx',
    });
  }
  const privateKey = createPrivateKey(readFileSync(keyFile));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  const objects = openObjectStore(join(folder, 'objects'));
  const options: SqliteRecordsOptions = {
    databaseFile: join(folder, 'assay.db'),
    checkpointFile: join(folder, 'checkpoint'),
    signer: ed25519Signer({ name, vkey: formatVkey(name, publicKey), privateKey }),
    actor: '0198c0ffee0000000000000000000000',
    clock: () => new Date(),
    objects,
    highWater: fileHighWaterMarks(join(folder, 'high-water')),
  };
  return {
    options,
    objects,
    environment: url === undefined ? {} : { ASSAY_LEDGER: url },
    open: (other) =>
      url === undefined
        ? openSqliteRecords({ ...options, ...other })
        : openPostgresRecords({ ...options, ...other, url }),
    verify: (choice) => {
      const all = { ...options, vkey: options.signer.vkey, objects, ...choice };
      return url === undefined ? verifyLedger(all) : verifyPostgresLedger({ ...all, url });
    },
  };
}

/** A record with a text of its own. */
export function draftOf(id: string, overrides: Partial<Draft> = {}): Draft {
  return {
    kind: 'paper',
    id,
    version: '1:0:0',
    event: 'created',
    body: { mediaType: 'text/plain', bytes: Buffer.from(`the text of ${id}`) },
    ...overrides,
  };
}
