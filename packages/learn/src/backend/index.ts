export type { AdamStep, AttentionGradients, AttentionTensors, Backend } from './backend.ts';
export { type BackendChoice, createBackend } from './create-backend.ts';
