import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type FileTree, resolvePipeline } from '../../dvc/index.ts';
import { isErrno } from '../../errno.ts';
import { AssayError } from '../../errors.ts';
import { compile } from '../compile.ts';
import { looksLikeDeck } from '../deck.ts';
import { PipelineError } from '../problems.ts';
import { pipelineSchema } from '../schema.ts';
import { checkShape } from '../shape.ts';
import { readSource, type Source } from '../source.ts';
import { JdfNames } from './jdf-names.ts';
import { shellName } from './shell-text.ts';
import { type Converted, toDvc } from './to-dvc.ts';
import { toJdf } from './to-jdf.ts';

export interface ConvertOptions {
  readonly to: 'dvc' | 'jdf';
  /** Leaves out what the other format cannot say. */
  readonly lossy?: boolean;
  /** The pipeline's name in a JDF; that of its folder unless given. */
  readonly name?: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * A JDF 2 file as a `dvc.yaml` with its `params.yaml`, or the other way round. Nothing is written.
 * @throws PipelineError `ASSAY_PIPELINE_CONVERT` with each place that the other format has no word for, and mistakes of the file
 */
export async function convert(file: string, options: ConvertOptions): Promise<Converted> {
  const path = resolve(file);
  return options.to === 'dvc' ? jdfToDvc(path, options) : dvcToJdf(path, options);
}

async function jdfToDvc(path: string, options: ConvertOptions): Promise<Converted> {
  const parsed = await readSource(path);
  if ('problems' in parsed) throw new PipelineError(path, parsed.text, parsed.problems);
  const { source } = parsed;
  if (looksLikeDeck(source.value)) {
    throw new AssayError('ASSAY_PIPELINE_CONVERT', `${path} is a JDF of 2019, whose blocks run elsewhere`, {
      hint: 'Write it as JDF 2 first; docs/reference/jdf.md has the table.',
    });
  }
  const { document, graph } = graphOf(source);
  return toDvc(source, document, graph, { lossy: options.lossy === true, shell: shellName(options.environment) });
}

function graphOf(source: Source) {
  const checked = checkShape(pipelineSchema, source);
  if ('problems' in checked) throw new PipelineError(source.file, source.text, checked.problems);
  return { document: checked.value, graph: compile(source, checked.value, source.value, { files: 'unchecked' }) };
}

async function dvcToJdf(path: string, options: ConvertOptions): Promise<Converted> {
  const folder = dirname(path);
  const file = basename(path);
  const tree = folderTree(folder);
  const bytes = await tree.read(file);
  if (!bytes) {
    throw new AssayError('ASSAY_PIPELINE_NO_FILE', `there is no file ${path}`, { hint: 'Name a dvc.yaml.' });
  }
  const pipeline = await resolvePipeline(tree, file);
  const { text, losses } = toJdf(file, bytes.toString('utf8'), pipeline, {
    lossy: options.lossy === true,
    shell: shellName(options.environment),
    name: options.name ?? new JdfNames().take(basename(folder)),
    toolchains: ['.venv/bin', 'venv/bin'].filter((one) => existsSync(join(folder, one))),
    parameters: (await tree.read('params.yaml'))?.toString('utf8'),
  });
  return { text, parameters: undefined, losses };
}

/** The files of a folder, without a repository around it. */
function folderTree(folder: string): FileTree {
  return {
    rev: undefined,
    async read(path) {
      try {
        return readFileSync(join(folder, path));
      } catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
        throw error;
      }
    },
    files: async () => [],
    close: async () => {},
  };
}

export type { Converted };
