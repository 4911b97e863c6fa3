export { matches, parseFilter } from './filter.ts';
export { keyOf, labelsOf, shownName, varying, write } from './values.ts';
