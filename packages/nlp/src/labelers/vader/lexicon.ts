import { lexicon as published } from 'vader-sentiment/src/vader_lexicon.js';
import { emojiNames } from './emoji-names.generated.ts';

/** Four words in which the npm package's list is behind that of PyPI's vaderSentiment 3.3.2; otherwise they are equal. */
const corrections: readonly (readonly [string, number])[] = [
  ['heart', 3.2],
  ['hearts', 3.3],
  ['badass', 1.4],
  ['flawed', -2.1],
];

/** Word or emoticon in lower case → mean human rating, −4 (most negative) to 4. */
export const valences: ReadonlyMap<string, number> = new Map([...Object.entries(published), ...corrections]);

/** One code point → its name in words. */
export const emojis: ReadonlyMap<string, string> = new Map(
  emojiNames.split('\n').map((line): [string, string] => {
    const emoji = String.fromCodePoint(line.codePointAt(0)!);
    return [emoji, line.slice(emoji.length)];
  }),
);

function all(words: string, value: number): [string, number][] {
  return words
    .trim()
    .split(/\s+/u)
    .map((word) => [word.replaceAll('_', ' '), value]);
}

const step = 0.293;

/** Adverbs of degree → what they add to the strength of a word that follows within three. `_` stands for a space. */
export const boosters: ReadonlyMap<string, number> = new Map([
  ...all(
    `absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously
     entirely especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking
     fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible
     incredibly intensely major majorly more most particularly purely quite really remarkably so substantially
     thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very`,
    step,
  ),
  ...all(
    `almost barely hardly just_enough kind_of kinda kindof kind-of less little marginal marginally occasional
     occasionally partly scarce scarcely slight slightly somewhat sort_of sorta sortof sort-of`,
    -step,
  ),
]);

/** Words that turn what follows; any word with "n't" does so too. */
export const negations: ReadonlySet<string> = new Set(
  `aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neednt oughtnt shant
   shouldnt wasnt werent wont wouldnt neither never none nope nor not nothing nowhere uhuh uh-uh without rarely seldom
   despite`.split(/\s+/u),
);

/** Phrases whose rating is not that of their words. */
export const phrases: ReadonlyMap<string, number> = new Map([
  ['the shit', 3],
  ['the bomb', 3],
  ['bad ass', 1.5],
  ['bus stop', 0],
  ['yeah right', -2],
  ['kiss of death', -1.5],
  ['to die for', 3],
  ['beating heart', 3.5],
]);
