import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startAssay } from './command-line.ts';

/** `assay studio` over a folder, stopped at the end of `await using`. */
export async function serveStudio(
  project: string,
): Promise<{ readonly url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const studio = startAssay(project, ['studio', '--port', '0', '--json']);
  return {
    url: await urlOf(studio),
    async [Symbol.asyncDispose]() {
      const ended = once(studio, 'exit');
      studio.kill('SIGTERM');
      await ended;
    },
  };
}

/** What `assay studio --json` prints once it listens. */
function urlOf(studio: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    studio.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.trimEnd().endsWith('}')) resolve((JSON.parse(printed) as { readonly url: string }).url);
    });
    studio.on('exit', () => reject(new Error(`the studio ended before it listened:\n${printed}`)));
  });
}
