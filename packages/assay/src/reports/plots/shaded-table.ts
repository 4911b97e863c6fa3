import { type Html, html } from '../html.ts';

export interface ShadedCell {
  readonly text: string;
  readonly detail?: string;
  /** 0 (as the ground) to 1 (strongest); null where there is nothing to say. */
  readonly shade: number | null;
  /** On the diagonal of a square. */
  readonly same?: boolean;
}

/**
 * A table whose cells stand out the more they hold: heat maps and confusion matrices. The strongest shade still leaves
 * the ink a contrast of 4.5 in light and dark.
 */
export function shadedTable(table: {
  /** What the rows are and what the columns are; nothing where both are the same. */
  readonly corner: readonly [rows: string, columns: string] | null;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly ShadedCell[] }[];
}): Html {
  return html`<table class="cells">
<thead><tr><th scope="col">${table.corner && html`${table.corner[0]} ↓<br>${table.corner[1]} →`}</th>${table.columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${table.rows.map(
    ({ name, cells }) => html`<tr><th scope="row" class="name">${name}</th>${cells.map(cellOf)}</tr>`,
  )}</tbody></table>`;
}

function cellOf({ text, detail, shade, same }: ShadedCell): Html {
  const amount = shade === null ? 0 : Math.min(1, Math.max(0, shade));
  return html`<td class="${same ? 'same' : ''}" style="--shade:${amount.toFixed(2)}">${text}${
    detail !== undefined && html`<small>${detail}</small>`
  }</td>`;
}

/** Counts with the share of their row, which also shades them. */
export function confusionTable(
  counts: readonly (readonly number[])[],
  names: {
    readonly corner: readonly [rows: string, columns: string];
    readonly rows: readonly string[];
    readonly columns: readonly string[];
  },
): Html {
  return shadedTable({
    corner: names.corner,
    columns: names.columns,
    rows: counts.map((row, index) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return {
        name: names.rows[index]!,
        cells: row.map((count, column) => ({
          text: String(count),
          ...(total > 0 ? { detail: `${Math.round((100 * count) / total)} %` } : {}),
          shade: total > 0 ? count / total : null,
          same: names.rows[index] === names.columns[column],
        })),
      };
    }),
  });
}
