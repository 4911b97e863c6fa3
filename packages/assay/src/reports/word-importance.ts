import type { EvaluatedExample } from './evaluation.ts';
import { share } from './figures.ts';
import { type Html, html } from './html.ts';
import { meaningOf } from './sentiment-chip.ts';

/**
 * A text whose words carry the colour of the predicted label, the stronger the more they spoke for it; words that spoke
 * against it are underlined. Tokens that reach outside the text, or overlap one before, are passed over.
 */
export function wordImportance({
  text,
  predicted,
  tokens,
}: Pick<EvaluatedExample, 'text' | 'predicted' | 'tokens'>): Html {
  const strongest = tokens.reduce((most, { attribution }) => Math.max(most, Math.abs(attribution)), 0);
  const parts: (Html | string)[] = [];
  let written = 0;
  for (const { start, end, attribution } of tokens.toSorted((a, b) => a.start - b.start)) {
    const weight = strongest === 0 ? 0 : Math.abs(attribution) / strongest;
    if (start < written || end <= start || end > text.length || weight < 0.08) continue;
    const word = text.slice(start, end);
    const title = `${attribution < 0 ? 'against' : 'for'}: ${share(Math.abs(attribution))}`;
    const ground = `background:color-mix(in srgb,var(--fill,var(--strong)) ${Math.round(45 * weight)}%,transparent)`;
    parts.push(
      text.slice(written, start),
      attribution < 0
        ? html`<mark data-against title="${title}" style="border-bottom-width:${1 + Math.round(weight)}px">${word}</mark>`
        : html`<mark${meaningOf(predicted)} title="${title}" style="${ground}">${word}</mark>`,
    );
    written = end;
  }
  parts.push(text.slice(written));
  return html`<p>${parts}</p>`;
}
