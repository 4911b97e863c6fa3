import { type Html, html } from '../html.ts';

/**
 * One curve over the unit square with its diagonal: ROC curves, reliability diagrams. Words stand outside of the picture.
 *
 * @param points [x, y], each from 0 to 1.
 */
export function unitPlot(
  points: readonly (readonly [number, number])[],
  axes: { readonly x: string; readonly y: string; readonly said: string },
): Html {
  const path = points
    .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${(100 * x).toFixed(2)} ${(100 - 100 * y).toFixed(2)}`)
    .join('');
  return html`<p class="legend"><span>${axes.y}, over ${axes.x}</span></p><div class="plot">
<div class="values" aria-hidden="true"><span>1</span><span>.5</span><span>0</span></div>
<svg class="curve" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${axes.said}">
${[0, 50, 100].map((height) => html`<path class="grid" d="M0 ${height}H100"/>`)}<path class="second" d="M0 100L100 0"/><path class="first" d="${path}"/>
</svg>
<div class="axis" aria-hidden="true"><span style="left:0">0</span><span style="left:100%">1</span></div>
</div>`;
}
