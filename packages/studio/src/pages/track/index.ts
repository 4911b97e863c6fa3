export { TrackPage } from './track-page.tsx';
