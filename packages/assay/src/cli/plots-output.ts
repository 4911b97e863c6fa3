import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Workplace } from '../data/index.ts';
import { pythonJson, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type Plot, type PlotImage, type PlotRequest, type ShownPlots, showPlots } from '../plots/index.ts';
import type { OptionValues } from './command.ts';
import { openInBrowser } from './open-browser.ts';
import type { Output } from './output.ts';
import type { plotOutput } from './plots-options.ts';

type PlotOutputOptions = OptionValues<typeof plotOutput>;

/** Draws plots, and prints or writes what was asked for. @throws AssayError `ASSAY_CLI_USAGE`, and those of `showPlots` */
export async function printPlots(
  workplace: Workplace,
  request: PlotRequest,
  options: PlotOutputOptions,
  output: Output,
): Promise<number> {
  checkOptions(options, request, output.json);
  const isEmpty = request.revisions?.length === 0;
  const shown: ShownPlots = isEmpty
    ? { plots: [], failures: [] }
    : await showPlots(workplace, { ...request, split: options.split });
  const { failureText } = await import('../reports/index.ts');
  for (const failure of shown.failures) output.note(failureText(failure));
  const { directory, repository } = workplace;
  const folder = resolve(directory, options.out ?? repository.config.get('plots', 'out_dir') ?? 'dvc_plots');
  if (output.json) {
    output.raw(`${pythonJson(jsonOf(shown, folder))}\n`);
    return 0;
  }
  if (options.showVega) {
    const chart = shown.plots.find((plot) => plot.type === 'vega');
    if (chart) output.raw(`${pythonJson(chart.spec)}\n`);
    return 0;
  }
  if (shown.plots.length === 0) {
    output.note('There are no plots to show: nothing was written.');
    return 0;
  }
  if (options.format !== 'html') {
    for (const file of await writePictures(shown, folder, options.format)) output.print(file);
    return 0;
  }
  const page = pathToFileURL(await writePage(workplace, shown, request, options, folder)).href;
  output.print(page);
  if (!options.open && repository.config.get('plots', 'auto_open') !== 'true') return 0;
  if (await openInBrowser(page)) return 0;
  output.note('There is no browser here to open it in.');
  return 1;
}

function checkOptions({ showVega, format }: PlotOutputOptions, { targets = [] }: PlotRequest, json: boolean): void {
  if (showVega && (targets.length !== 1 || json)) {
    throw new AssayError('ASSAY_CLI_USAGE', '--show-vega prints the specification of one plot', {
      hint: 'Name one target, and leave out --json.',
    });
  }
  if (!['html', 'svg', 'png'].includes(format)) {
    throw new AssayError('ASSAY_CLI_USAGE', `plots are not written as ${format}`, {
      hint: 'Give --format html, svg or png.',
    });
  }
}

async function writePage(
  { repository, directory }: Workplace,
  { plots, failures }: ShownPlots,
  { revisions = ['workspace'] }: PlotRequest,
  { htmlTemplate }: PlotOutputOptions,
  folder: string,
): Promise<string> {
  const { fillOwnPage, plotsPage } = await import('../reports/index.ts');
  const configured = repository.config.get('plots', 'html_template');
  const own =
    htmlTemplate !== undefined
      ? resolve(directory, htmlTemplate)
      : configured && resolve(repository.folder, configured);
  const page = own ? fillOwnPage(readFileSync(own, 'utf8'), plots) : plotsPage({ plots, failures, revisions });
  const file = join(folder, 'index.html');
  write(file, page);
  return file;
}

/** One file for each chart, and the pictures as they are. */
async function writePictures({ plots }: ShownPlots, folder: string, format: string): Promise<readonly string[]> {
  const { drawPng, drawSvg, presented } = await import('../reports/index.ts');
  const files: string[] = [];
  for (const plot of plots) {
    if (plot.type === 'image') files.push(...plot.images.map((image) => writeImage(image, folder)));
    if (plot.type !== 'vega') continue;
    const file = join(folder, `${flatName(plot.id)}.${format}`);
    const spec = presented(plot.spec);
    write(file, format === 'png' ? await drawPng(spec) : await drawSvg(spec));
    files.push(file);
  }
  return files;
}

/** DVC's form: for each plot its specification or where its pictures were put, and what went wrong. */
function jsonOf({ plots, failures }: ShownPlots, folder: string): Value {
  const data = Object.fromEntries(plots.map((plot) => [plot.id, entries(plot, folder)]));
  return {
    ...(failures.length > 0 ? { errors: failures.map((failure) => ({ ...failure })) } : {}),
    ...(plots.length > 0 ? { data } : {}),
  };
}

function entries(plot: Plot, folder: string): readonly Value[] {
  if (plot.type === 'vega') {
    const { type, revisions, spec, anchors } = plot;
    return [{ type, revisions, content: spec, ...(anchors ? { anchor_definitions: anchors } : {}) }];
  }
  if (plot.type === 'none') return [];
  return plot.images.map((image) => ({ type: 'image', revisions: [image.revision], url: writeImage(image, folder) }));
}

function writeImage({ revision, path, bytes }: PlotImage, folder: string): string {
  const file = join(folder, flatName(`${revision}_${path}`));
  write(file, bytes);
  return file;
}

/** Revisions, paths and names of plots may have folders in them; a file's name has none. */
function flatName(name: string): string {
  return name.replace(/[/\\]/g, '_');
}

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
