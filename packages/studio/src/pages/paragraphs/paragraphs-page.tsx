export function ParagraphsPage() {
  return null;
}
