import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSubmission } from '../edgar/index.ts';
import { NlpError } from '../errors.ts';
import { parseFiling } from './parse-filing.ts';

const folder = join(import.meta.dirname, '../../../../examples/edgar-sentiment/sample/filings');
const filings = readdirSync(folder).map((name) => readFileSync(join(folder, name)));

const scraps = [
  '<',
  '>',
  '</P>',
  '<B>',
  '<PRE>',
  '<!--',
  '&',
  '&#',
  '\n',
  '\r',
  '-'.repeat(80),
  '**',
  '[1]',
  '\x93',
  '\xff',
  '\x00',
];

describe('a damaged filing', () => {
  it('is parsed or refused with a code, and what is parsed lies inside the file, in order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...filings),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('', ...scraps), fc.nat(400)), { minLength: 1, maxLength: 6 }),
        (filing, edits) => {
          let bytes: Buffer = filing;
          for (const [position, scrap, removed] of edits) {
            const at = position % bytes.length;
            bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(scrap, 'latin1'), bytes.subarray(at + removed)]);
          }
          let last = 0;
          try {
            for (const paragraph of parseFiling(parseSubmission(bytes), 'damaged').paragraphs) {
              expect(paragraph.start).toBeGreaterThanOrEqual(last);
              expect(paragraph.end).toBeGreaterThan(paragraph.start);
              expect(paragraph.sentences[0]?.start).toBe(paragraph.start);
              expect(paragraph.sentences.at(-1)?.end).toBe(paragraph.end);
              last = paragraph.end;
            }
            expect(last).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            if (!(error instanceof NlpError)) throw error;
            expect(error.code).toBe('ASSAY_TRANSCRIPT_ENCODING');
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
