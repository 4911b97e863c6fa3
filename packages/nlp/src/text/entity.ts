import { Parser } from 'htmlparser2';

const known = new Map<string, string>();

/** What an HTML character reference stands for; the reference itself where it is none (`AT&T`). */
export function resolveEntity(reference: string): string {
  let text = known.get(reference);
  if (text === undefined) {
    text = '';
    const parser = new Parser({
      ontext(data) {
        text += data;
      },
    });
    parser.end(reference);
    if (known.size < 10_000) known.set(reference, text);
  }
  return text;
}
