export function ParagraphPage() {
  return null;
}
