import { describe, expect, it } from 'vitest';
import type { Plot } from '../../plots/index.ts';
import { fillOwnPage } from './own-page.ts';
import { drawPng, drawSvg } from './picture.ts';
import { plotsPage } from './plots-page.ts';
import { isOneView, presented } from './presented-spec.ts';

const bars = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: {
    values: [
      { a: 'one', b: 3n },
      { a: '</script><b>', b: 1.5 },
    ],
  },
  title: { text: 'Bars' },
  mark: 'bar',
  encoding: { x: { field: 'a' }, y: { field: 'b', type: 'quantitative' } },
};
const plots: readonly Plot[] = [
  { type: 'vega', id: 'bars.csv', revisions: ['workspace'], spec: bars },
  { type: 'image', id: 'a.svg', images: [{ revision: 'main', path: 'a.svg', bytes: Buffer.from('<svg/>') }] },
];

describe('a page of plots', () => {
  const page = plotsPage({ plots, failures: [{ rev: 'main', type: 'X', msg: 'not <there>' }], revisions: ['main'] });

  it('loads nothing and runs its own scripts only', () => {
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src( 'sha256-[^']+'){4}$/,
    );
    const markup = page.replace(/<script>.*?<\/script>/gs, '');
    expect(markup).not.toMatch(/<(script|link|img)[^>]* (src|href)="(?!data:)/);
  });

  it('holds data and pictures, whatever is in them', () => {
    expect(page).toContain('\\u003c/script>\\u003cb>');
    expect(page).toContain(`data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}`);
    expect(page).toContain('not &#60;there&#62;');
    expect(page.split('</script>')).toHaveLength(7);
  });
});

it('a page of a person is filled where it says so', () => {
  const page = fillOwnPage('<head>{scripts}</head><body>{plot_divs}{other}', plots);
  expect(page).toMatch(/<div id="plot-0"><\/div><script>vegaEmbed/);
  expect(page.endsWith('{other}')).toBe(true);
  expect(() => fillOwnPage('nothing', plots)).toThrow(/plot_divs/);
});

describe('a picture', () => {
  it('is drawn as SVG, text escaped', async () => {
    const svg = await drawSvg(presented(bars));
    expect(svg).toMatch(/^<svg .*aria-label="a: one; b: 3".*&lt;\/script&gt;.*<\/svg>$/s);
  });

  it('is drawn as PNG', async () => {
    expect((await drawPng(presented(bars))).subarray(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  });

  it('loads neither files nor addresses', async () => {
    const svg = await drawSvg({ ...presented(bars), data: { url: 'package.json', format: { type: 'json' } } });
    expect(svg).not.toContain('aria-label="a: ');
  });

  it('that cannot be drawn is an error that says so', async () => {
    await expect(drawSvg({ mark: 'nothing' })).rejects.toMatchObject({ code: 'ASSAY_DVC_PLOT_DRAWING' });
  });
});

it('only one view may be as wide as there is room', () => {
  expect(isOneView({ mark: 'bar', encoding: { column: {} } })).toBe(true);
  expect(isOneView({ mark: 'bar', encoding: { column: { field: 'a' } } })).toBe(false);
  expect(isOneView({ facet: {}, spec: {} })).toBe(false);
});
