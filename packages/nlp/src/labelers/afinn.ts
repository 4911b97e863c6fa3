import { afinn165FinancialMarketNews } from 'afinn-165-financialmarketnews';
import type { Labeler } from './labeler.ts';
import { localSentimentLabeler } from './sentiment-scheme.ts';
import { PhraseTable, wordsOf } from './words.ts';

const valences = new PhraseTable(Object.entries(afinn165FinancialMarketNews));

/**
 * The sum of the ratings (−5 to 5) of a text's words and phrases.
 *
 * F. Å. Nielsen, "A new ANEW: evaluation of a word list for sentiment analysis in microblogs", 2011, with the word list
 * AFINN-165 as extended for financial market news.
 */
export function afinnSum(text: string): { readonly sum: number; readonly rated: number } {
  const words = wordsOf(text);
  let sum = 0;
  let rated = 0;
  for (let index = 0; index < words.length; ) {
    const found = valences.at(words, index);
    if (found) {
      sum += found.value;
      rated++;
    }
    index += found?.length ?? 1;
  }
  return { sum, rated };
}

/**
 * AFINN (financial): the sum's sign decides, a sum of 0 is neutral. The score is sum / √(sum² + 15), VADER's own way
 * into [−1, 1], so that the two compare; a sum of ±1 becomes ±0.25.
 */
export function afinnLabeler(): Labeler {
  return localSentimentLabeler({
    name: 'afinn',
    version: '165-financialmarketnews-3.0.0',
    band: { negative: -0.25, positive: 0.25 },
    score: (text) => {
      const { sum, rated } = afinnSum(text);
      return { score: sum / Math.sqrt(sum * sum + 15), raw: { sum, rated } };
    },
  });
}
