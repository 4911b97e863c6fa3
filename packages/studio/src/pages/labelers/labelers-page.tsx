export function LabelersPage() {
  return null;
}
