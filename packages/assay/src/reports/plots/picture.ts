import type { TopLevelSpec } from 'vega-lite';
import { AssayError } from '../../errors.ts';
import { light } from '../tokens.ts';
import { chartTheme } from './chart-theme.ts';
import type { ChartSpec } from './presented-spec.ts';

/**
 * A chart as SVG. A specification may come from anywhere: nothing is loaded, and its expressions are interpreted, not compiled.
 * @throws AssayError `ASSAY_DVC_PLOT_DRAWING`
 */
export async function drawSvg(spec: ChartSpec): Promise<string> {
  return draw(spec, (view) => view.toSVG());
}

/**
 * A chart as PNG, of twice the pixels that it has as SVG.
 * @throws AssayError `ASSAY_DVC_PLOT_DRAWING`, `ASSAY_DVC_PLOT_PNG` where the drawing library has no build
 */
export async function drawPng(spec: ChartSpec): Promise<Buffer> {
  const { createCanvas } = await import('@napi-rs/canvas').catch((cause: unknown) => {
    throw new AssayError('ASSAY_DVC_PLOT_PNG', 'pictures cannot be written as PNG on this machine', {
      hint: 'Use `--format svg`.',
      cause,
    });
  });
  return draw(spec, async (view) => {
    const [, width = '1', height = '1'] = /width="([\d.]+)" height="([\d.]+)"/.exec(await view.toSVG()) ?? [];
    const scale = 2;
    const canvas = createCanvas(Math.ceil(Number(width) * scale), Math.ceil(Number(height) * scale));
    const context = canvas.getContext('2d');
    context.fillStyle = light.surface;
    context.fillRect(0, 0, canvas.width, canvas.height);
    await view.toCanvas(scale, { externalContext: context });
    return canvas.encode('png');
  });
}

type View = import('vega').View;

async function draw<T>(spec: ChartSpec, finish: (view: View) => Promise<T>): Promise<T> {
  const [vega, { compile }, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ]);
  const logger = quiet();
  try {
    const compiled = compile(spec as unknown as TopLevelSpec, { config: chartTheme(light) as never, logger });
    const view = new vega.View(vega.parse(compiled.spec, undefined, { ast: true }), {
      expr: expressionInterpreter,
      renderer: 'none',
      logger,
      loader: closedLoader,
    } as ConstructorParameters<typeof vega.View>[1]);
    try {
      return await finish(await view.runAsync());
    } finally {
      view.finalize();
    }
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError('ASSAY_DVC_PLOT_DRAWING', error instanceof Error ? error.message : String(error), {
      hint: 'Look at its template and fields: `assay plots show --show-vega NAME`.',
      cause: error,
    });
  }
}

const refuse = () => Promise.reject(new Error('a plot loads nothing: its data stands in it'));
const closedLoader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

/** Vega's remarks concern its own defaults. */
function quiet() {
  const logger = {
    level: () => logger,
    error: () => logger,
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger as never;
}
