export { LabelersPage } from './labelers-page.tsx';
