/** The word list of `vader-sentiment`, which has no types of its own; only this file of the package is used. */
declare module 'vader-sentiment/src/vader_lexicon.js' {
  export const lexicon: Readonly<Record<string, number>>;
}
