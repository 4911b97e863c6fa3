export { createStudioApp } from './app.ts';
export { ChangeFeed } from './change-feed.ts';
export type { Explainer } from './dependencies.ts';
export { openExplainer } from './explainer.ts';
