export { AtomicFile, writeFileAtomically } from './atomic.ts';
