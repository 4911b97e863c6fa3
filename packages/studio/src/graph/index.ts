export { type FlowBox, FlowGraph } from './flow-graph.tsx';
export type { Arrow } from './layout.ts';
