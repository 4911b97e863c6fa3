import { AssayError } from '../../errors.ts';
import type { Plot } from '../../plots/index.ts';
import { Html, html } from '../html.ts';
import { imageAddress, scriptJson } from './embedding.ts';
import { presented } from './presented-spec.ts';
import { vegaScripts } from './vega-scripts.ts';

/**
 * A person's own page with the plots in it, where it says `{plot_divs}`; `{scripts}` is what draws them.
 * @throws AssayError `ASSAY_DVC_PLOT_PAGE`
 */
export function fillOwnPage(template: string, plots: readonly Plot[]): string {
  if (!template.includes('{plot_divs}')) {
    throw new AssayError('ASSAY_DVC_PLOT_PAGE', 'the page template has no {plot_divs}', {
      hint: 'Write {plot_divs} where the plots belong, and {scripts} into its head.',
    });
  }
  const scripts = vegaScripts().map((script) => html`<script>${new Html(script)}</script>`);
  const divs = plots.map((plot, i) => {
    if (plot.type === 'none') return null;
    if (plot.type === 'image') {
      return plot.images.map(
        (image) =>
          html`<figure><figcaption>${image.revision}</figcaption><img alt="${image.path}" src="${imageAddress(image)}"></figure>`,
      );
    }
    return html`<div id="plot-${i}"></div><script>vegaEmbed('#plot-${i}', ${scriptJson(presented(plot.spec))}, { ast: true });</script>`;
  });
  const filled = { scripts, plot_divs: divs, refresh_tag: null };
  return template.replace(
    /\{(scripts|plot_divs|refresh_tag)\}/g,
    (_, name: keyof typeof filled) => html`${filled[name]}`.markup,
  );
}
