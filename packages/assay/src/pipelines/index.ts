import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Converted, ConvertOptions } from './conversion/index.ts';
import type { ReadOptions } from './draft.ts';
import type { StageGraph } from './graph.ts';
import { PipelineError } from './problems.ts';
import type { Parsed, Source } from './source.ts';

export type { ReadOptions } from './draft.ts';
export { formatDuration } from './duration.ts';
export type { Argv, Condition, Environment, Json, Output, Stage, StageGraph } from './graph.ts';
export { describeCondition, evaluateCondition, type Facts } from './logic.ts';
export { parseOverride } from './parameters.ts';
export { PipelineError, type Problem } from './problems.ts';

/**
 * Reads a pipeline file, JDF 2 (YAML or JSON) or the JDF of 2019 (JSON), into the graph of its stages.
 *
 * `document` in the graph is the file as it stands, in the form of JDF 2; overrides change `parameters` only.
 *
 * @throws PipelineError with every mistake found: file, line, column, what was expected
 * @throws AssayError when the file cannot be read, or an override does not fit
 */
export async function readPipeline(file: string, options: ReadOptions = {}): Promise<StageGraph> {
  // The library of schemas is most of the start of a command, and most commands read no such file.
  const { readSource } = await import('./source.ts');
  const { looksLikeDeck } = await import('./deck.ts');
  const path = inRealFolder(resolve(file));
  const source = sourceOf(path, await readSource(path));
  return looksLikeDeck(source.value) ? fromDeck(source, options) : fromSource(source, options);
}

/** One name for one file, however it was reached; the file itself may be a link. */
function inRealFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) ? join(realpathSync(folder), basename(file)) : file;
}

async function fromSource(source: Source, options: ReadOptions): Promise<StageGraph> {
  const { checkShape } = await import('./shape.ts');
  const { pipelineSchema } = await import('./schema.ts');
  const { compile } = await import('./compile.ts');
  const checked = checkShape(pipelineSchema, source);
  if ('problems' in checked) throw new PipelineError(source.file, source.text, checked.problems);
  return compile(source, checked.value, source.value, options);
}

async function fromDeck(source: Source, options: ReadOptions): Promise<StageGraph> {
  const { convertDeck } = await import('./deck.ts');
  const converted = convertDeck(source);
  if ('problems' in converted) throw new PipelineError(source.file, source.text, converted.problems);
  return fromSource(converted.source, options);
}

function sourceOf(file: string, parsed: Parsed): Source {
  if ('problems' in parsed) throw new PipelineError(file, parsed.text, parsed.problems);
  return parsed.source;
}

export { downstreamOf, orderStages, toJson, toStageGraph, upstreamOf } from './dvc-graph.ts';

/**
 * A JDF 2 file as a `dvc.yaml` with its `params.yaml`, or the other way round; nothing is written.
 * @throws PipelineError `ASSAY_PIPELINE_CONVERT` with each place that the other format has no word for
 */
export async function convertPipeline(file: string, options: ConvertOptions): Promise<Converted> {
  const { convert } = await import('./conversion/index.ts');
  return convert(file, options);
}
