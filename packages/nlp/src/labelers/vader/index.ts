export { vaderLabeler } from './labeler.ts';
export { type VaderScores, vaderScores } from './vader.ts';
