import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PipelineError, type Problem, type ReadOptions, readPipeline, type StageGraph } from './index.ts';

/** A temporary folder with a pipeline file in it. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'assay-pipeline-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }

  write(name: string, text: string | Uint8Array): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  read(text: string, options: ReadOptions = {}, name = 'pipeline.yaml'): Promise<StageGraph> {
    return readPipeline(this.write(name, text), options);
  }

  /** The mistakes in a text, each as `CODE line:column`. */
  async problems(text: string, options: ReadOptions = {}, name = 'pipeline.yaml'): Promise<readonly Problem[]> {
    try {
      await this.read(text, options, name);
      return [];
    } catch (error) {
      if (error instanceof PipelineError) return error.problems;
      throw error;
    }
  }

  async mistakes(text: string, options: ReadOptions = {}, name = 'pipeline.yaml'): Promise<readonly string[]> {
    const problems = await this.problems(text, options, name);
    return problems.map(
      ({ code, place }) => `${code.replace('ASSAY_PIPELINE_', '')} ${place ? `${place.line}:${place.column}` : '-'}`,
    );
  }
}

/** A pipeline of blocks, each given as the lines of its mapping. */
export function pipelineOf(blocks: readonly string[], more = ''): string {
  const list = blocks.map((lines) => `      - ${lines.trim().split('\n').join('\n        ')}`).join('\n');
  return `jdf: 2\nname: test\nversion: "1:0:0"\nstages:\n  - name: Only\n    blocks:\n${list}\n${more}`;
}
