import { counted, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { meaningOf } from '../sentiment-chip.ts';

/** How often each label was given, one bar for each who labelled. */
export function distributionBars(
  categories: readonly string[],
  rows: readonly { readonly name: string; readonly counts: readonly number[]; readonly total: number }[],
): Html {
  const fill = (category: number): string => {
    // A label without a colour of its own gets a step of grey.
    const step = Math.round(20 + (60 * category) / Math.max(1, categories.length - 1));
    return `background:var(--fill,color-mix(in srgb,var(--ink) ${step}%,var(--surface)))`;
  };
  return html`<p class="legend" aria-hidden="true">${categories.map(
    (category, index) => html`<span><i${meaningOf(category)} style="${fill(index)}"></i>${category}</span>`,
  )}</p>
<table class="rows stack"><thead><tr><th scope="col">Who</th><th scope="col">Share of each label</th><th scope="col" class="number">Labelled</th></tr></thead>
<tbody>${rows.map(({ name, counts, total }) => {
    const labelled = counts.reduce((sum, count) => sum + count, 0);
    const said = categories.map((category, index) => `${category} ${percent(counts[index]! / Math.max(1, labelled))}`);
    return html`<tr><th scope="row" class="name">${name}</th>
<td class="wide"><div class="bar" role="img" aria-label="${said.join(', ')}">${categories.map(
      (category, index) =>
        html`<i${meaningOf(category)} title="${said[index]}" style="width:${((100 * counts[index]!) / Math.max(1, labelled)).toFixed(2)}%;${fill(index)}"></i>`,
    )}</div></td>
<td class="number">${labelled === total ? counted(total, 'text') : `${labelled} of ${counted(total, 'text')}`}</td></tr>`;
  })}</tbody></table>`;
}
