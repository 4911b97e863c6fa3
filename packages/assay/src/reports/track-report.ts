import type { Comparison } from '../track/index.ts';
import { counted } from './figures.ts';
import { Html, html } from './html.ts';
import { page, scrolling, section } from './page.ts';

interface TrackReport {
  readonly name: string;
  /** The numbers of the two revisions. */
  readonly compared: readonly number[];
  readonly comparison: Comparison;
  readonly revisions: readonly { readonly version: string; readonly at: string }[];
  /** In all their digits; null where a revision has none. */
  readonly metrics: readonly { readonly path: string; readonly values: readonly (string | null)[] }[];
}

/** Two revisions side by side, and every number of the metadata over all of them; one file that loads nothing. */
export function trackReport({ name, compared, comparison, revisions, metrics }: TrackReport): string {
  const [before, after] = compared;
  const { changes, files } = comparison;
  return page({
    title: `${name}: revision ${before} and ${after}`,
    lead: [`${counted(changes.length, 'value')} and ${counted(files.length, 'file')} differ.`],
    body: [
      section(
        'Numbers over revisions',
        'One point for each revision, oldest first; a gap where a revision lacks the number.',
        html`<div class="panels">${metrics.map(
          ({ path, values }) =>
            html`<div class="panel"><h3>${path}</h3>${curve(values)}<p class="note">${
              values.at(before! - 1) ?? '–'
            } → ${values.at(after! - 1) ?? '–'}</p></div>`,
        )}</div>`,
      ),
      section(
        'Values',
        'By their path.',
        scrolling(
          'values',
          html`<table class="rows"><thead><tr><th>path</th><th>revision ${before}</th><th>revision ${after}</th></tr></thead><tbody>${changes.map(
            ({ path, before: was, after: is }) =>
              html`<tr><th scope="row">${path}</th><td>${was}</td><td>${is}</td></tr>`,
          )}</tbody></table>`,
        ),
      ),
      section(
        'Files',
        'By their SHA-256.',
        scrolling(
          'files',
          html`<table class="rows"><tbody>${files.map(
            (file) =>
              html`<tr><th scope="row">${file.name}</th><td>${shown(file.before)}</td><td>${shown(file.after)}</td></tr>`,
          )}</tbody></table>`,
        ),
      ),
    ],
    footer: html`${counted(revisions.length, 'revision')}, the last ${revisions.at(-1)?.at}`,
  });
}

function shown(side: Comparison['files'][number]['before']): Html {
  return side ? html`${side.size} bytes<br><small>${side.sha256}</small>` : html`–`;
}

/** For the eye only: a plot needs no more than doubles. */
function curve(values: readonly (string | null)[]): Html {
  const numbers = values.map((value) => (value === null ? undefined : Number(value)));
  const finite = numbers.filter((one) => one !== undefined && Number.isFinite(one)) as readonly number[];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const x = (index: number) => (values.length < 2 ? 50 : (index / (values.length - 1)) * 100);
  const y = (number: number) => (high > low ? 90 - ((number - low) / (high - low)) * 80 : 50);
  let path = '';
  for (const [i, number] of numbers.entries()) {
    if (number === undefined || !Number.isFinite(number)) continue;
    const isStart = i === 0 || numbers[i - 1] === undefined || !Number.isFinite(numbers[i - 1]);
    // A point alone is a line of no length, drawn round.
    path += `${isStart ? 'M' : 'L'}${x(i).toFixed(2)} ${y(number).toFixed(2)}${isStart ? 'h0' : ''}`;
  }
  return html`<svg class="curve" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="first" stroke-linecap="round" d="${new Html(path)}"/></svg>`;
}
