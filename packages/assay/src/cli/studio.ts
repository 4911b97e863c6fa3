import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../serving/index.ts';
import { defineCommand } from './command.ts';
import { openInBrowser } from './open-browser.ts';
import { openStudio } from './studio-app.ts';

/** How long answers under way may take once the studio is told to stop. */
const drainSeconds = 5;

export const command = defineCommand({
  options: {
    port: { value: 'N', number: true, default: 4700, description: '0 for any free one' },
    host: { value: 'HOST', default: '127.0.0.1', description: 'who can reach it; by default this machine alone' },
    open: { description: 'open it in the browser' },
  },
  details:
    'Serves the web app and its HTTP API (docs/reference/http-api.md) until it is interrupted: what is recorded in .assay/, and\n' +
    'the data, the pipeline and the experiments of a DVC repository, also where nothing was recorded yet. There are no accounts\n' +
    'yet: with another --host, everyone who can reach it sees the whole project.',
  async run({ options, context, output, signal }) {
    const built = builtStudio();
    const studio = await openStudio(context, {
      host: options.host,
      files: built,
      signal,
      onFault: (error) => output.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    try {
      const listening = await listen(studio.app, { host: options.host, port: options.port });
      output.print(`The studio of ${output.colors.bold(studio.root)} is at ${output.colors.cyan(listening.url)}`);
      output.print(output.colors.dim('Ctrl-C stops it.'));
      output.result({ url: listening.url, project: studio.root, built: built !== undefined });
      if (built === undefined) {
        output.note('The web app is not built: only /api is served. Build it in the clone with `npm run build`.');
      } else if (options.open) await openInBrowser(listening.url);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      studio.close();
      // What listened has ended a moment later; draining then closes its idle connection at once.
      await delay(100);
      await listening.drain(drainSeconds);
    } finally {
      studio.close();
    }
    return 0;
  },
});
/** In the published package the built web app lies beside the bundle, in a clone in its own package. */
function builtStudio(): string | undefined {
  const candidates = ['studio', join('..', 'studio'), join('..', '..', '..', 'studio', 'dist')];
  return candidates
    .map((candidate) => join(import.meta.dirname, candidate))
    .find((folder) => existsSync(join(folder, 'index.html')));
}
