import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dot } from './dot.ts';
import { verifyExport } from './index.ts';
import { blocks, exportFolder, type Form, STRAND } from './testing/synthetic-export.ts';

const exported = exportFolder();
const { write } = exported;
const checks = async () => (await verifyExport(exported.folder)).faults.map(({ check }) => check);
const refusal = () => verifyExport(exported.folder);

test('dot is as AWS documents it', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest();
  const joined = dot(sha256('1'), sha256('2'));
  expect(Buffer.from(joined).toString('hex')).toMatch(/^940ed9abddfb5ef2/);
  expect(dot(sha256('2'), sha256('1'))).toEqual(joined);
  expect(dot(sha256('1'), new Uint8Array(0))).toEqual(sha256('1'));
});

describe('a synthetic export', () => {
  test.each<Form>(['text', 'binary'])(
    'in Ion %s verifies, with its redacted, deleted and hash-only revisions',
    async (form) => {
      const all = blocks(4);
      write({ '0-1': all.slice(0, 2), '2-3': all.slice(2) }, form);
      const found = await verifyExport(exported.folder);
      expect(found).toMatchObject({
        ok: true,
        faults: [],
        blocks: 4,
        revisions: 7,
        first: 0,
        last: 3,
        strandId: STRAND,
      });
      expect(found.digest).toHaveLength(44);
      expect(found.doesNotShow.join('\n')).toMatch(/1 revisions of which.*only the hash\n.*1 redacted.*\n4 entries/);
    },
  );

  test('as JSON lines verifies as far as it can, and says how far', async () => {
    const all = blocks(4);
    write({ '0-1': all.slice(0, 2), '2-3': all.slice(2) }, 'json');
    const found = await verifyExport(exported.folder);
    expect(found).toMatchObject({ ok: true, faults: [], blocks: 4, revisions: 7 });
    expect(found.doesNotShow.join('\n')).toMatch(/that 6 revisions are what their hashes were made of/);
    write({ '0-3': [all[0]!, all[2]!, all[1]!, all[3]!] }, 'json');
    expect(await checks()).toContain('chain');
    write({ '0-3': all.map((text) => text.replace('hash:{{', 'hash:{{AAAA')) }, 'json');
    expect(await checks()).toContain('form');
    write({ '0-3': all.map((text) => text.replace('SET price = 2"', 'SET price = 3"')) }, 'json');
    expect(await checks()).toEqual(['statement']);
  });

  test('that begins later verifies, has no digest, and says what is before it', async () => {
    write({ '2-3': blocks(4).slice(2) });
    const found = await verifyExport(exported.folder);
    expect(found).toMatchObject({ ok: true, blocks: 2, first: 2, digest: undefined });
    expect(found.doesNotShow.join('\n')).toMatch(/before the first block/);
  });

  test('with any one value changed is refused', async () => {
    const all = blocks(2);
    let tried = 0;
    for (const [n, text] of all.entries()) {
      for (const { 0: token, index: start } of text.matchAll(/\{\{[^}]+\}\}|"[^"]+"|\d+(?=[,}.\]])/g)) {
        const index = start + (/^[{"]+/.exec(token)?.[0].length ?? 0);
        const first = text[index]!;
        const other = /[0-8]/.test(first) ? String(Number(first) + 1) : first === '9' ? '8' : first === 'A' ? 'B' : 'A';
        const changed = text.slice(0, index) + other + text.slice(index + 1);
        write({ '0-1': all.map((block, i) => (i === n ? changed : block)) });
        expect((await verifyExport(exported.folder)).ok, `block ${n} at ${index}: ${token}`).toBe(false);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(60);
  });

  test('names the block, the field and the check', async () => {
    const all = blocks(3);
    write({ '0-2': all.map((text, n) => (n === 1 ? text.replace('90.251', '90.252') : text)) });
    expect((await verifyExport(exported.folder)).faults).toEqual([
      expect.objectContaining({ block: 1, field: 'revisions[0].hash', check: 'revision' }),
    ]);
  });

  test('with a block missing, in another order, twice, or with a field twice is refused', async () => {
    const [a = '', b = '', c = ''] = blocks(3);
    write({ '0-2': [a, c] });
    expect(await checks()).toEqual(expect.arrayContaining(['sequence', 'chain', 'range']));
    write({ '0-2': [a, c, b] });
    expect(await checks()).toEqual(expect.arrayContaining(['sequence', 'chain']));
    write({ '0-2': [a, b, b, c] });
    expect(await checks()).toEqual(expect.arrayContaining(['sequence', 'chain', 'range']));
    write({ '0-2': [a, b, c.replace('{blockAddress', '{revisions:[],blockAddress')] });
    expect(await checks()).toContain('duplicate');
  });

  test('with files missing, overlapping, cut short, or no manifest is refused', async () => {
    const all = blocks(4);
    write({ '0-1': all.slice(0, 2), '1-3': all.slice(1) });
    expect(await checks()).toContain('gap');
    rmSync(join(exported.folder, '2019'), { recursive: true });
    write({ '0-0': all.slice(0, 1), '2-3': all.slice(2) });
    expect(await checks()).toEqual(expect.arrayContaining(['gap', 'chain']));
    write({ '0-0': all.slice(0, 1) }, 'text', ['0-0', '1-1']);
    await expect(refusal()).rejects.toThrow(expect.objectContaining({ code: 'ASSAY_QLDB_EXPORT' }));
    write({ '0-0': [all[0]!.slice(0, -20)] });
    await expect(refusal()).rejects.toThrow(expect.objectContaining({ code: 'ASSAY_ION_MALFORMED' }));
    rmSync(join(exported.folder, `e1.${STRAND}.completed.manifest`));
    await expect(refusal()).rejects.toThrow(expect.objectContaining({ code: 'ASSAY_QLDB_EXPORT' }));
  });
});
