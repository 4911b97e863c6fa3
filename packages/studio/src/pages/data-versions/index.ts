export { DataVersionsPage } from './data-versions-page.tsx';
