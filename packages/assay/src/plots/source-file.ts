import { posix } from 'node:path';
import type { ComparedTree } from '../data/index.ts';
import { parseParams, type Value } from '../dvc/index.ts';
import { missingFile } from '../metrics/index.ts';
import { type PlotContent, PlotProblem } from './datapoint.ts';
import { parseTable } from './table-file.ts';

/** A picture as it is, or data to draw. */
export type Source = { readonly image: Uint8Array } | PlotContent;

const imageExtensions = ['.jpg', '.jpeg', '.gif', '.png', '.svg'];
const corrupt: Readonly<Record<string, string>> = {
  '.json': 'JSONFileCorruptedError',
  '.yaml': 'YAMLFileCorruptedError',
  '.yml': 'YAMLFileCorruptedError',
  '.toml': 'TOMLFileCorruptedError',
  '.py': 'PythonFileCorruptedError',
};

export function isImage(path: string): boolean {
  return imageExtensions.includes(posix.extname(path));
}

/**
 * Reads a file of a plot as it is in a workspace or commit; undefined when there is nothing in it.
 * @param location relative to the root
 * @param shown its name for messages
 * @throws PlotProblem
 */
export async function readSource(
  tree: ComparedTree,
  location: string,
  shown: string,
  hasHead: boolean,
): Promise<Source | undefined> {
  const extension = posix.extname(shown);
  const isTable = extension === '.csv' || extension === '.tsv';
  if (!isImage(shown) && !isTable && corrupt[extension] === undefined) {
    throw new PlotProblem(
      'PlotMetricTypeError',
      `${shown}: a plot is drawn from JSON, YAML, TOML, CSV or TSV, or is a picture`,
    );
  }
  const bytes = await tree.read(location);
  if (!bytes) throw new PlotProblem('FileNotFoundError', missingFile(tree, location));
  if (isImage(shown)) return bytes.length === 0 ? undefined : { image: bytes };
  if (isTable) {
    const rows = parseTable(textOf(bytes, shown), extension === '.tsv' ? '\t' : ',', hasHead);
    return rows.length === 0 ? undefined : { rows };
  }
  let value: Value;
  try {
    value = await parseParams(bytes, shown);
  } catch (error) {
    throw new PlotProblem(corrupt[extension]!, error instanceof Error ? error.message : String(error));
  }
  return typeof value === 'object' && value !== null ? { value } : undefined;
}

function textOf(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PlotProblem('EncodingError', `${shown} is not UTF-8`);
  }
}
