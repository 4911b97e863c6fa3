export { TrackNewPage } from './track-new-page.tsx';
