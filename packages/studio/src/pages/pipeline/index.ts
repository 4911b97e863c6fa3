export { PipelinePage } from './pipeline-page.tsx';
