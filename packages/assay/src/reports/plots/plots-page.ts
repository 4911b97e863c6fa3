import type { Plot, PlotFailure, PlotImage } from '../../plots/index.ts';
import { Html, html } from '../html.ts';
import { page, scrolling } from '../page.ts';
import { dark, light } from '../tokens.ts';
import { chartTheme } from './chart-theme.ts';
import { imageAddress, scriptJson } from './embedding.ts';
import { type ChartSpec, isOneView, presented } from './presented-spec.ts';
import { vegaScripts } from './vega-scripts.ts';

/** Plots as one page that needs no network: charts that answer to the pointer, and pictures. */
export function plotsPage({
  plots,
  failures,
  revisions,
}: {
  readonly plots: readonly Plot[];
  readonly failures: readonly PlotFailure[];
  readonly revisions: readonly string[];
}): string {
  const charts = plots.filter((plot) => plot.type === 'vega');
  const specs = charts.map(({ spec }) => inPage(presented(spec)));
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const pictures = plots.filter((plot) => plot.type === 'image');
  const found = [
    ...(charts.length > 0 ? [count(charts.length, 'chart')] : []),
    ...(pictures.length > 0 ? [count(pictures.length, 'picture')] : []),
  ];
  return page({
    title: revisions.length > 1 ? 'Plots compared' : 'Plots',
    lead: [`${found.join(' and ') || 'Nothing that could be drawn'}, of ${list(revisions)}.`],
    warnings: failures.map(failureText),
    body: [
      html`<style>${new Html(styles)}</style>`,
      html`<section class="panels plots">${charts.map((plot, i) => figure(plot.id, specs[i]!, i))}${pictures.map((plot) => album(plot.id, plot.images))}</section>`,
      html`<script type="application/json" id="specs">${scriptJson(specs.map(({ spec }) => spec))}</script>`,
      html`<script type="application/json" id="themes">${scriptJson({ light: chartTheme(light), dark: chartTheme(dark) })}</script>`,
    ],
    footer: 'Drag in a chart to move it, turn the wheel to come nearer, press twice to go back.',
    scripts: charts.length > 0 ? [...vegaScripts(), drawing] : [],
  });
}

export function failureText({ name, rev, source, msg }: PlotFailure): string {
  return `${name === undefined ? '' : `${name}, `}${rev}${source === undefined ? '' : `, ${source}`}: ${msg}`;
}

/** As wide as its panel, and without the title, which stands above it. */
function inPage(spec: ChartSpec): {
  readonly spec: ChartSpec;
  readonly title: string | undefined;
  readonly wide: boolean;
} {
  const { title, ...rest } = spec;
  const text = typeof title === 'object' && title !== null && 'text' in title ? title.text : title;
  const one = isOneView(spec);
  const sized: ChartSpec = one
    ? { ...rest, width: 'container', autosize: { type: 'fit-x', contains: 'padding' } }
    : rest;
  return { spec: sized, title: typeof text === 'string' ? text : undefined, wide: !one };
}

function figure(id: string, { title, wide }: ReturnType<typeof inPage>, index: number): Html {
  const heading = title || id;
  const chart = html`<div class="chart" id="chart-${index}"></div>`;
  return html`<figure class="panel${wide ? ' wide' : ''}"><h3>${heading}</h3>${heading === id ? null : html`<p class="note">${id}</p>`}${wide ? scrolling(heading, chart) : chart}</figure>`;
}

function album(id: string, images: readonly PlotImage[]): Html {
  const shown = images.map(
    (image) =>
      html`<div><p class="note">${image.revision}</p><img alt="${image.path} of ${image.revision}" src="${imageAddress(image)}"></div>`,
  );
  return html`<figure class="panel${images.length > 1 ? ' wide' : ''}"><h3>${id}</h3><div class="album">${shown}</div></figure>`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const styles = `
main,header,footer{max-width:1280px}
.plots{--panel:400px}
.plots .panel{margin:0;min-width:0}
.plots .wide{grid-column:1/-1}
.plots h3{overflow-wrap:anywhere;padding-right:36px}
.plots .note{overflow-wrap:anywhere}
.chart{width:100%;min-height:60px}
.chart.vega-embed{display:block;padding-right:0}
.chart.vega-embed summary{top:-36px;right:-4px;background:var(--surface);border-color:var(--line);opacity:1;box-shadow:none}
.chart.vega-embed summary svg{fill:var(--muted)}
.chart.vega-embed .vega-actions{top:-4px;background:var(--surface);border-color:var(--line)}
.chart.vega-embed .vega-actions a{color:var(--ink)}
.chart.vega-embed .vega-actions a:hover{background:var(--sunken);color:var(--ink)}
.chart .vega-bindings{color:var(--muted);font-size:12px}
.chart .vega-bind-name{display:inline-block;margin-right:8px}
.chart input[type=range]{width:min(240px,50%);accent-color:var(--strong)}
.album{display:flex;flex-wrap:wrap;gap:16px}
.album img{display:block;max-width:100%;height:auto;margin-top:4px;background:#fff}
`;

/** Draws the charts, and draws them again when the reader's system turns dark or light. */
const drawing = `
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const [specs, themes] = [read('specs'), read('themes')];
const darkness = matchMedia('(prefers-color-scheme: dark)');
const draw = () => specs.forEach((spec, i) => {
  const place = document.getElementById('chart-' + i);
  vegaEmbed(place, spec, {
    mode: 'vega-lite', ast: true, renderer: 'svg', config: themes[darkness.matches ? 'dark' : 'light'],
    actions: { export: true, source: false, compiled: false, editor: false },
    tooltip: { theme: darkness.matches ? 'dark' : 'light' }, logLevel: 1,
  }).catch((error) => { place.textContent = 'It cannot be drawn: ' + error.message; });
});
darkness.addEventListener('change', draw);
draw();
`;
