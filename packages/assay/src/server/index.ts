export { createStudioApp, type StudioAppOptions } from './app.ts';
export { ChangeFeed } from './change-feed.ts';
export type { ApiDependencies, Explainer } from './dependencies.ts';
export { openExplainer } from './explainer.ts';
export type { Explanation } from './schemas/index.ts';
