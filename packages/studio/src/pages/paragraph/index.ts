export { ParagraphPage } from './paragraph-page.tsx';
