export { createServingApp } from './app.ts';
export { type Listening, listen } from './listen.ts';
export { loadClassifier, loadServedModel } from './load-model.ts';
export { createMetrics } from './metrics.ts';
export { PredictionLog } from './prediction-log.ts';
