import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quarters, requireDate, weekdays } from './dates.ts';
import { parseIndex, uniqueFilings } from './indexes.ts';

describe('indexes', () => {
  it('read rows whose form or name runs over its column', () => {
    const text = [
      'Form Type   Company Name                  CIK         Date Filed  File Name',
      '-'.repeat(100),
      `SEC STAFF LETTER  TERN  HARBOR CORP             99        20260102    edgar/data/99/0009990002-26-000001.txt`,
      `425         A NAME THAT IS LONGER THAN ITS COLUMN 100 20260102 edgar/data/100/0009990002-26-000002.txt   `,
    ].join('\n');
    expect(parseIndex(Buffer.from(text), 'x')).toEqual([
      {
        form: 'SEC STAFF LETTER',
        company: 'TERN  HARBOR CORP',
        cik: '99',
        filedAt: '2026-01-02',
        accession: '0009990002-26-000001',
      },
      {
        form: '425',
        company: 'A NAME THAT IS LONGER THAN ITS COLUMN',
        cik: '100',
        filedAt: '2026-01-02',
        accession: '0009990002-26-000002',
      },
    ]);
  });

  it('refuse what is no index, and a row that was cut off', () => {
    expect(() => parseIndex(Buffer.from('<html>'), 'x')).toThrow(
      expect.objectContaining({ code: 'ASSAY_EDGAR_INDEX' }),
    );
    const cut = `CIK|Company Name|Form Type|Date Filed|Filename\n${'-'.repeat(80)}\n99|TERN|425|2026-01-02|edgar/data/99/00099`;
    expect(() => parseIndex(Buffer.from(cut), 'x.idx')).toThrow(/x\.idx:3/);
  });

  it('keep a filing once, the oldest first', () => {
    const row = { form: '425', company: '', filedAt: '2026-01-02' };
    expect(
      uniqueFilings([
        { ...row, cik: '100', accession: '0009990002-26-000002' },
        { ...row, cik: '99', accession: '0009990002-26-000002' },
        { ...row, cik: '7', accession: '0009990002-26-000009', filedAt: '2026-01-01' },
      ]).map(({ cik }) => cik),
    ).toEqual(['7', '99']);
  });
});

describe('dates', () => {
  it('cut a range into quarters and working days', () => {
    expect([...quarters('2025-11-15', '2026-04-02')]).toEqual([
      { year: 2025, quarter: 4, since: '2025-11-15', until: '2025-12-31' },
      { year: 2026, quarter: 1, since: '2026-01-01', until: '2026-03-31' },
      { year: 2026, quarter: 2, since: '2026-04-01', until: '2026-04-02' },
    ]);
    expect([...weekdays('2026-01-02', '2026-01-06')]).toEqual(['2026-01-02', '2026-01-05', '2026-01-06']);
  });

  it('refuse days that do not exist', () => {
    expect(requireDate('2024-02-29', '--since')).toBe('2024-02-29');
    for (const bad of ['2026-02-30', '2026-2-3', 'today']) {
      expect(() => requireDate(bad, '--since')).toThrow(expect.objectContaining({ code: 'ASSAY_EDGAR_DATE' }));
    }
  });
});

const data = process.env.ASSAY_TEST_DATA;

describe.skipIf(!data)('the real form index of 2020-03-18', () => {
  it('gives every row, and each 425 once', () => {
    const bytes = readFileSync(join(data ?? '', 'edgar', 'form.20200318.idx'));
    const entries = parseIndex(bytes, 'form.20200318.idx');
    const lines = bytes
      .toString('latin1')
      .split('\n')
      .filter((line) => line.includes('edgar/data/'));
    expect(entries).toHaveLength(lines.length);
    for (const [at, entry] of entries.entries()) {
      const line = lines[at]!;
      expect(line.startsWith(entry.form.padEnd(12))).toBe(true);
      expect(line).toContain(`${entry.company} `);
      expect(line).toContain(` ${entry.cik} `);
      // The feed of a day also brings what was filed before it.
      expect(line).toContain(` ${entry.filedAt.replaceAll('-', '')} `);
    }
    const rows = lines.filter((line) => line.startsWith('425 '));
    const once = new Set(rows.map((line) => /\d{10}-\d{2}-\d{6}/.exec(line)![0]));
    expect(once.size).toBeLessThan(rows.length);
    expect(new Set(uniqueFilings(entries.filter(({ form }) => form === '425')).map((one) => one.accession))).toEqual(
      once,
    );
  });
});
