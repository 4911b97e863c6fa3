export { LineagePage } from './lineage-page.tsx';
