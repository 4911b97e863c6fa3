import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { form425 } from '../testing/form-425.ts';
import { requireComplete } from './completeness.ts';
import { parseSubmission } from './submission.ts';

const accession = '0009990002-26-000001';

describe('parseSubmission', () => {
  it('reads header, parties, and where the text lies in the bytes', () => {
    const bytes = form425({ accession, body: 'caf\u00e9 \u2014 text', filedAt: '20260302' });
    const { raw, documents, ...header } = parseSubmission(bytes);
    expect(header).toEqual({
      accession,
      form: '425',
      filedAt: '2026-03-02',
      documentCount: 1,
      companies: [
        { role: 'subject', name: 'EXAMPLE TARGET INC', cik: '0009990001' },
        { role: 'filed-by', name: 'EXAMPLE CORP', cik: '0009990002' },
      ],
      pem: false,
      missing: [],
    });
    expect(documents).toMatchObject([
      { type: '425', sequence: 1, filename: 'd425.txt', description: '425', format: 'text' },
    ]);
    const { start, end } = documents[0]!.content;
    expect(bytes.toString('utf8', start, end)).toBe('\ncaf\u00e9 \u2014 text\n');
  });

  it('reads the same from a PEM message, at the offsets of the message', () => {
    const bytes = form425({ accession, body: 'text', pem: true });
    const submission = parseSubmission(bytes);
    expect(submission).toMatchObject({ accession, pem: true, missing: [] });
    const { start, end } = submission.documents[0]!.content;
    expect(bytes.toString('latin1', start, end)).toBe('\ntext\n');
  });

  it('tells formats by what the text begins with', () => {
    const format = (body: string): string => parseSubmission(form425({ accession, body })).documents[0]!.format;
    expect(format('words')).toBe('text');
    expect(format('<TABLE>\n<S> <C>\n</TABLE>')).toBe('text');
    expect(format('<HTML>')).toBe('html');
    expect(format('\n<P ALIGN="center">words</P>')).toBe('html');
    expect(format('<PDF>\nbegin 644 a.pdf')).toBe('pdf');
    expect(format('begin 644 a.jpg\nM4$L')).toBe('uuencoded');
    expect(format('<XML>\n<?xml version="1.0"?>')).toBe('data');
  });

  it('notices a file that was cut anywhere before its last tag', () => {
    const bytes = form425({ accession, body: 'text '.repeat(20), documentCount: 1 });
    const end = bytes.indexOf('</SEC-DOCUMENT>') + '</SEC-DOCUMENT>'.length;
    fc.assert(
      fc.property(fc.nat(end - 1), (cut) => {
        expect(() => requireComplete(parseSubmission(bytes.subarray(0, cut)), 'a.txt')).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^ASSAY_FILING_(?:TRUNCATED|NOT_SUBMISSION)$/) }),
        );
      }),
      { numRuns: 300 },
    );
    requireComplete(parseSubmission(bytes.subarray(0, end)), 'a.txt');
  });

  it('names what is missing', () => {
    const whole = form425({ accession, body: 'text', documentCount: 3, pem: true }).toString('latin1');
    const message = (text: string): string => parseSubmission(Buffer.from(text, 'latin1')).missing.join(', ');
    expect(message(whole)).toBe('2 of 3 documents');
    expect(message(whole.replace('</TEXT>', ''))).toBe('</TEXT> of document 1, 2 of 3 documents');
    expect(message(whole.slice(0, whole.indexOf('</DOCUMENT>')))).toBe(
      '</SEC-DOCUMENT>, </DOCUMENT> of document 1, 2 of 3 documents, -----END PRIVACY-ENHANCED MESSAGE-----',
    );
    expect(message('Dear reader')).toBe('any <DOCUMENT>');
  });
});

const data = process.env.ASSAY_TEST_DATA;
if (!data) console.log('Left out without ASSAY_TEST_DATA: five real filings of 1995 to 2025.');

describe.skipIf(!data)('real filings', () => {
  const real = (name: string) => {
    const bytes = readFileSync(join(data ?? '', 'edgar', name));
    return { bytes, submission: parseSubmission(bytes) };
  };

  it.each([
    ['0000899681-95-000096.txt', null, null, null, 2, false, []],
    [
      '0000950129-95-001652.txt',
      '0000950129-95-001652',
      '24F-2NT',
      '1995-12-28',
      2,
      true,
      ['filer COMMON SENSE TRUST 0000810271'],
    ],
    [
      '0001011438-98-000429.txt',
      '0001011438-98-000429',
      '8-K',
      '1998-12-31',
      2,
      true,
      ['filer AAMES CAPITAL CORP 0000913951'],
    ],
    [
      '0001104659-25-002604.txt',
      '0001104659-25-002604',
      'SC TO-T/A',
      '2025-01-10',
      2,
      false,
      ['subject CVR ENERGY INC 0001376139', 'filed-by ICAHN ENTERPRISES HOLDINGS L.P. 0001034563'],
    ],
    [
      '0001193125-19-292676-8k.txt',
      '0001193125-19-292676',
      '8-K',
      '2019-11-15',
      19,
      false,
      ['filer Apple Inc. 0000320193'],
    ],
  ] as const)('%s', (name, number, form, filedAt, documents, pem, companies) => {
    const { bytes, submission } = real(name);
    requireComplete(submission, name);
    expect(submission).toMatchObject({ accession: number, form, filedAt, pem });
    expect(submission.companies.map((one) => `${one.role} ${one.name} ${one.cik}`)).toEqual(companies);
    expect(submission.documents).toHaveLength(documents);
    for (const [at, { content }] of submission.documents.entries()) {
      expect(bytes.toString('latin1', content.start - 6, content.start)).toBe('<TEXT>');
      expect(bytes.toString('latin1', content.end, content.end + 7)).toBe('</TEXT>');
      expect(submission.documents[at]!.sequence === null || submission.documents[at]!.sequence! > at).toBe(true);
    }
  });

  it('tells the words of a modern filing from its pictures, archives and data', () => {
    const formats = real('0001193125-19-292676-8k.txt').submission.documents.map(
      ({ type, format }) => `${type} ${format}`,
    );
    expect(formats.slice(0, 4)).toEqual(['8-K html', 'EX-1.1 html', 'EX-4.1 html', 'EX-5.1 html']);
    expect(new Set(formats.slice(4).map((one) => one.split(' ')[1]))).toEqual(new Set(['data', 'uuencoded']));
  });
});
