import type { PlotProperties } from '../plots/index.ts';
import type { Options, OptionValues } from './command.ts';

/** How a plot looks, over what its definition says. */
export const plotLook = {
  template: { short: 't', value: 'NAME', description: 'a template: built in, of .dvc/plots, or a file' },
  x: { short: 'x', value: 'FIELD', description: 'the field along x' },
  y: { short: 'y', value: 'FIELD', description: 'the field along y' },
  xLabel: { value: 'TEXT', description: 'the text along x' },
  yLabel: { value: 'TEXT', description: 'the text along y' },
  title: { value: 'TEXT', description: 'the title' },
  noHeader: { description: 'tables have no line of names at their top' },
} as const satisfies Options;

export function propertiesOf(options: OptionValues<typeof plotLook>): PlotProperties {
  const { template, x, y, xLabel, yLabel, title, noHeader } = options;
  const said = { template, x, y, x_label: xLabel, y_label: yLabel, title, ...(noHeader ? { header: false } : {}) };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** What becomes of the plots. */
export const plotOutput = {
  out: { short: 'o', value: 'DIR', description: 'where to write; dvc_plots unless told' },
  format: { value: 'FORMAT', default: 'html', description: 'html is one page; svg and png, a file for each chart' },
  showVega: { description: 'print the Vega-Lite specification of the one target' },
  split: { description: 'with --json: data and labels beside the specification' },
  open: { description: 'open the page in the browser' },
  htmlTemplate: { value: 'FILE', description: 'a page of your own, with {plot_divs} where the plots belong' },
} as const satisfies Options;
