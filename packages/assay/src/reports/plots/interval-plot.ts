import { range, share } from '../figures.ts';
import { type Html, html } from '../html.ts';

export interface IntervalRow {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Beside the name, such as what the system is. */
  readonly detail?: string;
  readonly emphasized?: boolean;
}

/**
 * Estimates with their intervals, one a row, over one scale: a table whose middle column is drawn. Positions are in per
 * cent of the width, so that nothing is scaled on a narrow screen.
 */
export function intervalPlot(
  rows: readonly IntervalRow[],
  options: {
    readonly caption: string;
    readonly value: string;
    readonly ticks: readonly number[];
    /** For differences, where the side of 0 matters: `+.051`, three decimals. */
    readonly signed?: boolean;
  },
): Html {
  const { ticks } = options;
  const [from, to] = [ticks[0]!, ticks.at(-1)!];
  const at = (value: number): string => `${((100 * (value - from)) / (to - from)).toFixed(2)}%`;
  const digits = options.signed ? 3 : 2;
  const written = (value: number | null, decimals = digits): string =>
    `${options.signed && value !== null && value > 0 ? '+' : ''}${share(value, decimals)}`;
  const grid = ticks.map(
    (tick) => html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="22"/>`,
  );
  const drawn = ({ value, low, high }: IntervalRow): Html =>
    html`<svg class="track" aria-hidden="true">${grid}${
      low !== null && high !== null && html`<line class="whisker" x1="${at(low)}" x2="${at(high)}" y1="11" y2="11"/>`
    }${value !== null && html`<circle class="${low === null ? 'hollow' : 'dot'}" cx="${at(value)}" cy="11" r="5"/>`}</svg>`;
  return html`<table class="rows stack">
<thead><tr><th scope="col">${options.caption}</th><th scope="col"></th><th scope="col" class="number">${options.value}</th></tr></thead>
<tbody>${rows.map(
    (row) => html`<tr class="${row.emphasized ? 'emphasis' : ''}">
<th scope="row" class="name">${row.name}${row.detail !== undefined && html` <small>${row.detail}</small>`}</th>
<td class="wide">${drawn(row)}</td>
<td class="number">${written(row.value)} <small>${range(row.low, row.high, digits)}</small></td></tr>`,
  )}
<tr class="axis-row" aria-hidden="true"><th></th><td class="wide"><div class="axis">${ticks.map(
    (tick) => html`<span style="left:${at(tick)}">${written(tick, 2)}</span>`,
  )}</div></td><td class="number"></td></tr></tbody></table>`;
}
