export { TrackedPage } from './tracked-page.tsx';
