export { ModelFrame } from './model-frame.tsx';
