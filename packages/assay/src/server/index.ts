export { createStudioApp } from './app.ts';
export { ChangeFeed } from './change-feed.ts';
export type { Explainer, StudioDependencies } from './dependencies.ts';
export { openExplainer } from './explainer.ts';
export { QuietFeed } from './quiet-feed.ts';
export { RepositoryReader } from './repository-reader.ts';
