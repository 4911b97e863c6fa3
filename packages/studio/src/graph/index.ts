export { FlowGraph } from './flow-graph.tsx';
