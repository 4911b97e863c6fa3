import { share } from '../figures.ts';
import { type Html, html } from '../html.ts';

export interface Curve {
  readonly name: string;
  /** One for each epoch; null where it was not measured. */
  readonly values: readonly (number | null)[];
}

/**
 * At most two curves over the epochs, from 0 upwards, the first drawn through and the second dashed. The picture is
 * stretched to the width there is; words and numbers stand outside of it, in their own size.
 *
 * @param best the epoch, from 1, that was kept.
 */
export function learningCurve(
  curves: readonly [Curve, Curve] | readonly [Curve],
  epochs: readonly number[],
  best: number | undefined,
): Html {
  const highest = Math.max(...curves.flatMap(({ values }) => values.filter((value) => value !== null)), 1e-9);
  const top = roundUp(highest);
  const x = (index: number): string => ((100 * index) / Math.max(1, epochs.length - 1)).toFixed(2);
  const y = (value: number): string => (100 - (100 * value) / top).toFixed(2);
  const classes = ['first', 'second'] as const;
  const path = (values: readonly (number | null)[]): string =>
    values
      .map((value, index) => (value === null ? '' : `${values[index - 1] == null ? 'M' : 'L'}${x(index)} ${y(value)}`))
      .join('');
  const said = curves.map(
    ({ name, values }) => `${name} from ${share(values[0] ?? null)} to ${share(values.at(-1) ?? null)}`,
  );
  const bestIndex = best === undefined ? -1 : epochs.indexOf(best);
  return html`<div class="plot">
<div class="values" aria-hidden="true"><span>${share(top)}</span><span>${share(top / 2)}</span><span>0</span></div>
<svg class="curve" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${said.join('; ')}">
${[0, 50, 100].map((height) => html`<path class="grid" d="M0 ${height}H100"/>`)}
${bestIndex >= 0 && html`<path class="best" d="M${x(bestIndex)} 0V100"/>`}
${curves.map(({ values }, index) => html`<path class="${classes[index]!}" d="${path(values)}"/>`)}
</svg>
<div class="axis" aria-hidden="true"><span style="left:0">${epochs[0]!}</span><span style="left:100%">epoch ${epochs.at(-1)!}</span></div>
</div>`;
}

/** The next 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((candidate) => value <= candidate * power * (1 + 1e-9));
  return (step ?? 10) * power;
}
