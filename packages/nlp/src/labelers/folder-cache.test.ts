import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLabeler } from './fake-labeler.ts';
import { FolderCache } from './folder-cache.ts';
import { labelTexts } from './label-texts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'answers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const answer = { label: 'positive', score: 0.25, raw: { words: ['strong'] } };

describe('FolderCache', () => {
  it('gives back, in another process’s place, what was put', async () => {
    {
      await using cache = await FolderCache.open(folder);
      await cache.put([['k1', answer]]);
      await cache.put([['k2', { ...answer, score: null }]]);
      expect(cache.get('k1')).toEqual(answer);
    }
    await using reopened = await FolderCache.open(folder);
    expect(reopened.get('k1')).toEqual(answer);
    expect(reopened.get('k2')).toEqual({ ...answer, score: null });
    expect(reopened.get('k3')).toBeUndefined();
  });

  it('writes nothing when there is nothing new', async () => {
    const texts = [{ id: 'a', text: 'one' }];
    for (let run = 0; run < 3; run++) {
      await using cache = await FolderCache.open(folder);
      await labelTexts([new FakeLabeler()], texts, { cache });
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('takes two writers at one time', async () => {
    await using a = await FolderCache.open(folder);
    await using b = await FolderCache.open(folder);
    const put = (cache: FolderCache, name: string) =>
      Promise.all(Array.from({ length: 50 }, (_, index) => cache.put([[`${name}${index}`, answer]])));
    await Promise.all([put(a, 'a'), put(b, 'b')]);
    await using both = await FolderCache.open(folder);
    for (let index = 0; index < 50; index++) {
      expect(both.get(`a${index}`)).toEqual(answer);
      expect(both.get(`b${index}`)).toEqual(answer);
    }
  });

  it('passes over a torn last line and a line with a changed byte', async () => {
    {
      await using cache = await FolderCache.open(folder);
      await cache.put([
        ['k1', answer],
        ['k2', answer],
      ]);
    }
    const file = join(folder, readdirSync(folder)[0]!);
    const lines = readFileSync(file, 'utf8');
    writeFileSync(file, lines.replace('"k2","answer":{"label":"positive"', '"k2","answer":{"label":"negative"'));
    appendFileSync(file, lines.slice(0, 40));
    await using reopened = await FolderCache.open(folder);
    expect(reopened.get('k1')).toEqual(answer);
    expect(reopened.get('k2')).toBeUndefined();
  });

  it('keeps every acknowledged answer of a process killed in the middle', async () => {
    const program = `
      import { FolderCache } from ${JSON.stringify(new URL('./folder-cache.ts', import.meta.url).href)};
      const cache = await FolderCache.open(${JSON.stringify(folder)});
      for (let index = 0; ; index++) {
        await cache.put([['k' + index, ${JSON.stringify(answer)}]]);
        process.stdout.write(index + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split('\n').length > 100) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    const acknowledged = told.split('\n').slice(0, -1);
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    await using reopened = await FolderCache.open(folder);
    for (const index of acknowledged) expect(reopened.get(`k${index}`)).toEqual(answer);
  });

  it('says when its folder cannot be one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(FolderCache.open(file)).rejects.toMatchObject({ code: 'ASSAY_LABEL_CACHE_UNREADABLE' });
  });

  it('says when an answer cannot be kept', async () => {
    const gone = join(folder, 'gone');
    await using cache = await FolderCache.open(gone);
    rmSync(gone, { recursive: true });
    await expect(cache.put([['k', answer]])).rejects.toMatchObject({ code: 'ASSAY_LABEL_CACHE_UNWRITABLE' });
  });
});
