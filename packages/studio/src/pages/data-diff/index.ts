export { DataDiffPage } from './data-diff-page.tsx';
