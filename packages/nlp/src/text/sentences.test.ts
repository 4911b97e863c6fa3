import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlainTranscript } from '../testing/form-425.ts';
import { sentenceBounds } from './sentences.ts';

function sentences(text: string): string[] {
  const bounds = sentenceBounds(text);
  return bounds.flatMap((from, at) => (at % 2 === 0 ? [text.slice(from, bounds[at + 1])] : []));
}

describe('sentenceBounds', () => {
  it.each([
    ['Mr. Moss and Dr. A. M. Fell of Tern Inc. met at 5 p.m. Eastern in the U.S. Senate.'],
    ['We earned $1.25 per share vs. $1.10, i.e. 14% more, in Sept. 2025 at No. 4 of St. Paul.'],
    ['Hello... and welcome to Reed & Co. Capital, a unit of Fen Corp. of Ohio.'],
  ])('takes as one: %s', (text) => {
    expect(sentences(text)).toEqual([text]);
  });

  it.each([
    ['We sold it to Fen Inc.', 'The price was fair.'],
    ['Sales rose in the U.S.', 'We expect more.', 'Why?', 'Demand!'],
    ['He said "no."', 'Then (as planned.)', 'And left.'],
    ['The call ends at 6 p.m.', 'Thank you.'],
    ['Inventory fell.', 'iPhone sales rose.'],
    ['We paid $3.', '4 of them stayed.'],
    ['1. Growth of the core.', '2. Cost.'],
    ['We think so\u2026', 'Next question.'],
  ])('parts %s', (...parts) => {
    expect(sentences(parts.join(' '))).toEqual(parts);
  });

  it('gives nothing for nothing, and all of a text without a stop', () => {
    expect(sentences('')).toEqual([]);
    expect(sentences('and so on')).toEqual(['and so on']);
  });
});

const data = process.env.ASSAY_TEST_DATA;
if (!data) console.log('Left out without ASSAY_TEST_DATA: sentences of real transcripts against Intl.Segmenter.');

describe.skipIf(!data)('on real calls', () => {
  it('agrees with Intl.Segmenter on 99 of 100 boundaries, and differs only by what the rules correct', () => {
    const folder = join(data ?? '', 'transcripts');
    const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
    let both = 0;
    let either = 0;
    const unexplained: string[] = [];
    for (const name of readdirSync(folder).slice(0, 8)) {
      const call = readPlainTranscript(readFileSync(join(folder, name), 'utf8'));
      for (const text of call.sections.flatMap(({ turns }) => turns.flatMap(({ paragraphs }) => paragraphs))) {
        const ours = new Set(sentenceBounds(text).filter((_, at) => at % 2 === 0));
        const theirs = new Set([...segmenter.segment(text)].map(({ index }) => index));
        for (const at of new Set([...ours, ...theirs])) {
          either++;
          if (ours.has(at) && theirs.has(at)) both++;
          else if (
            theirs.has(at) &&
            !/\b(?:[A-Z]|[A-Z][a-z]{0,3}|vs|etc|[A-Za-z.]+\.[A-Za-z])\.["')]? $/.test(
              text.slice(Math.max(0, at - 12), at),
            )
          ) {
            unexplained.push(`theirs: ${text.slice(Math.max(0, at - 30), at + 20)}`);
          } else if (ours.has(at) && !/^(?:[a-z]+[A-Z]|\d)/.test(text.slice(at))) {
            unexplained.push(`ours: ${text.slice(Math.max(0, at - 30), at + 20)}`);
          }
        }
      }
    }
    expect(unexplained).toEqual([]);
    expect(both / either).toBeGreaterThan(0.99);
  });
});
