export { ParagraphsPage } from './paragraphs-page.tsx';
