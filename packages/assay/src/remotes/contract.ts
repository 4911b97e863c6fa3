import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssayError } from '../errors.ts';
import type { ListedObject, Remote, RemoteKey } from './remote.ts';

export interface RemoteUnderTest {
  /** A remote of its own each time, in which nothing is. */
  open(): Promise<Remote>;
  /** The same place, asked in the wrong way. */
  readonly wrong?: Readonly<Partial<Record<'refused' | 'noBucket' | 'unreachable', () => Promise<Remote>>>>;
  /** What must be in no error's text. */
  readonly secrets?: readonly string[];
  readonly cannot?: readonly ('list' | 'remove')[];
  /** Of the large file, in bytes. */
  readonly large?: number;
}

/** What every remote must do; each one's test calls this with a way to open one. */
export function describeRemote(title: string, make: () => RemoteUnderTest): void {
  describe(`${title}: the contract of remotes`, () => {
    let folder: string;
    let remote: Remote;
    let under: RemoteUnderTest;
    let count = 0;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'assay-remote-'));
      under = make();
      remote = await under.open();
    });
    afterAll(async () => {
      await remote?.close();
      rmSync(folder, { recursive: true });
    });

    /** A file, and the key that its bytes have. */
    const file = (bytes: Uint8Array): { readonly path: string; readonly key: RemoteKey } => {
      const path = join(folder, `file-${count++}`);
      writeFileSync(path, bytes);
      return { path, key: keyOf(bytes) };
    };
    const pushed = async (bytes: Uint8Array): Promise<RemoteKey> => {
      const { path, key } = file(bytes);
      await remote.upload(path, key);
      return key;
    };
    const fresh = () => join(folder, `download-${count++}`);
    const listed = async (of: Remote, prefix: string) => {
      const found: ListedObject[] = [];
      for await (const one of of.list(prefix)) found.push(one);
      return found;
    };
    const lists = () => !under.cannot?.includes('list');

    it('is empty at first, and says so without a failure', async () => {
      expect([
        ...(await remote.existing([keyOf(randomBytes(8)), `runs/ab/${'c'.repeat(64)}/${'d'.repeat(64)}`])),
      ]).toEqual([]);
      if (lists()) expect(await listed(remote, '')).toEqual([]);
    });

    it('gives back what it was given: empty, small, with a list of a directory', async () => {
      const contents = [Buffer.alloc(0), Buffer.from('a'), randomBytes(70_000)];
      for (const bytes of contents) {
        const { path, key } = file(bytes);
        for (const name of [key, `${key}.dir`]) {
          await remote.upload(path, name);
          const to = fresh();
          await remote.download(name, to);
          expect(readFileSync(to).equals(bytes)).toBe(true);
        }
      }
    });

    it('takes keys of DVC 2 and of the run-cache', async () => {
      for (const key of [`ab/${'1'.repeat(30)}`, `runs/ab/${'2'.repeat(64)}/${'3'.repeat(64)}`]) {
        await remote.upload(file(Buffer.from(key)).path, key);
        expect([...(await remote.existing([key]))]).toEqual([key]);
        const to = fresh();
        await remote.download(key, to);
        expect(readFileSync(to, 'utf8')).toBe(key);
      }
    });

    it('takes a large file, and counts each of its bytes once', async () => {
      const bytes = randomBytes(under.large ?? 20 * 2 ** 20);
      const { path, key } = file(bytes);
      let up = 0;
      await remote.upload(path, key, { onBytes: (number) => (up += number) });
      let down = 0;
      const to = fresh();
      await remote.download(key, to, { onBytes: (number) => (down += number) });
      expect(readFileSync(to).equals(bytes)).toBe(true);
      if (!title.startsWith('folder')) expect({ up, down }).toEqual({ up: bytes.length, down: bytes.length });
    });

    it('tells which of a few and of many keys there are', async () => {
      const keys: RemoteKey[] = [];
      for (let i = 0; i < 24; i++) keys.push(await pushed(Buffer.from(`few ${i}`)));
      const absent = Array.from({ length: 600 }, (_, i) => keyOf(Buffer.from(`absent ${i}`)));
      expect(await remote.existing([...keys.slice(0, 3), ...absent.slice(0, 3)])).toEqual(new Set(keys.slice(0, 3)));
      expect(await remote.existing([...absent, ...keys])).toEqual(new Set(keys));
    });

    it('lists what begins with a prefix, with sizes', async () => {
      if (!lists()) {
        await expect(listed(remote, '')).rejects.toMatchObject({ code: 'ASSAY_REMOTE_FAILED' });
        return;
      }
      const keys = [await pushed(Buffer.from('listed one')), await pushed(Buffer.from('listed two!'))];
      const all = await listed(remote, '');
      for (const [i, key] of keys.entries()) expect(all).toContainEqual(expect.objectContaining({ key, size: 10 + i }));
      const prefix = keys[0]!.slice(0, -28);
      const some = await listed(remote, prefix);
      expect(some.map(({ key }) => key)).toContain(keys[0]);
      expect(some.every(({ key }) => key.startsWith(prefix))).toBe(true);
    });

    it('says of what is not there that it is missing', async () => {
      const to = fresh();
      await expect(remote.download(keyOf(randomBytes(8)), to)).rejects.toMatchObject({ code: 'ASSAY_REMOTE_MISSING' });
      expect(existsSync(to) && statSync(to).size > 0).toBe(false);
    });

    it('goes on where a download broke off', async () => {
      const bytes = randomBytes(300_000);
      const key = await pushed(bytes);
      for (const standing of [1, 150_000, 300_000]) {
        const to = fresh();
        writeFileSync(to, bytes.subarray(0, standing));
        await remote.download(key, to);
        expect(readFileSync(to).equals(bytes)).toBe(true);
      }
    });

    it('takes what it has already once more', async () => {
      const key = await pushed(Buffer.from('twice'));
      expect(await pushed(Buffer.from('twice'))).toBe(key);
      const to = fresh();
      await remote.download(key, to);
      expect(readFileSync(to, 'utf8')).toBe('twice');
    });

    it('moves many at the same time', async () => {
      const contents = Array.from({ length: 60 }, (_, i) => Buffer.from(`side by side ${i}`.repeat(i)));
      const keys = await Promise.all(contents.map(pushed));
      await Promise.all(
        keys.map(async (key, i) => {
          const to = fresh();
          await remote.download(key, to);
          expect(readFileSync(to).equals(contents[i]!)).toBe(true);
        }),
      );
    });

    it('leaves nothing of an upload that was given up', async () => {
      const { path, key } = file(randomBytes(under.large ?? 20 * 2 ** 20));
      const stop = new AbortController();
      const upload = remote.upload(path, key, { signal: stop.signal });
      setTimeout(() => stop.abort(), 5);
      const done = await upload.then(
        () => true,
        () => false,
      );
      expect((await remote.existing([key])).has(key)).toBe(done);
      if (lists())
        expect((await listed(remote, '')).filter((one) => one.key.startsWith(key)).length).toBe(done ? 1 : 0);
    });

    it('says of a file that is not there what is wrong, and leaves nothing', async () => {
      const key = keyOf(randomBytes(8));
      await expect(remote.upload(join(folder, 'nothing'), key)).rejects.toThrow();
      expect(await remote.existing([key])).toEqual(new Set());
    });

    it('removes, also what is not there', async () => {
      const [one, two] = [await pushed(Buffer.from('remove 1')), await pushed(Buffer.from('remove 2'))];
      if (under.cannot?.includes('remove')) {
        await expect(remote.remove([one])).rejects.toMatchObject({ code: 'ASSAY_REMOTE_FAILED' });
        return;
      }
      await remote.remove([one, keyOf(Buffer.from('never there'))]);
      expect(await remote.existing([one, two])).toEqual(new Set([two]));
    });

    const codes = {
      refused: 'ASSAY_REMOTE_REFUSED',
      noBucket: 'ASSAY_REMOTE_NO_BUCKET',
      unreachable: 'ASSAY_REMOTE_UNREACHABLE',
    } as const;
    for (const [kind, code] of Object.entries(codes) as [keyof typeof codes, string][]) {
      it(`says ${code} in each way of asking, and no secret`, async (context) => {
        const open = under.wrong?.[kind];
        if (!open) return context.skip();
        const wrong = await open();
        const { path, key } = file(Buffer.from('never to be seen'));
        const asked = [
          () => wrong.existing([key]),
          () => wrong.upload(path, key),
          ...(lists() ? [() => listed(wrong, '')] : []),
          ...(kind === 'noBucket' ? [] : [() => wrong.download(key, fresh())]),
        ];
        for (const ask of asked) {
          const error = await ask().then(
            () => undefined,
            (failure: AssayError) => failure,
          );
          expect(error?.code).toBe(code);
          const text = `${error?.message} ${error?.hint}`;
          for (const secret of under.secrets ?? []) expect(text).not.toContain(secret);
        }
        await wrong.close();
      });
    }
  });
}

function keyOf(bytes: Uint8Array): RemoteKey {
  const md5 = createHash('md5').update(bytes).digest('hex');
  return `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`;
}
