import { Html, html, type Part } from './html.ts';
import { meaningNames } from './tokens.ts';

const shapes: Readonly<Record<string, string>> = {
  negative: '<path d="M0 1h8L4 8z"/>',
  neutral: '<path d="M0 3h8v2H0z"/>',
  positive: '<path d="M0 7h8L4 0z"/>',
};

/** The colour that stands for a label, if one does: an attribute to put into a tag. */
export function meaningOf(label: string): Html {
  const isSentiment = Object.hasOwn(shapes, label) && meaningNames.some((name) => name === label);
  return isSentiment ? html` data-meaning="${label}"` : html``;
}

/** A label in its colour and with its mark: down, level, up. */
export function labelChip(label: string | null, extra: Part = null): Html {
  if (label === null) return html`<span class="chip">no label</span>`;
  const shape = Object.hasOwn(shapes, label) ? shapes[label]! : undefined;
  const mark = shape === undefined ? null : new Html(`<svg viewBox="0 0 8 8" aria-hidden="true">${shape}</svg>`);
  return html`<span class="chip"${meaningOf(label)}>${mark}${label}${extra}</span>`;
}
