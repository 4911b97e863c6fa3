import { fetchAll } from '../access/index.ts';
import { checkCache, collectObjects, discard, locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import type { Context } from './context.ts';

export const command = defineCommand({
  options: {
    repair: { description: 'take corrupt objects out of the cache, and fetch them from the remote' },
    remote: { short: 'r', value: 'NAME', description: 'the remote (default: core.remote)' },
  },
  details: 'Reads every object again. The exit code is 1 when some are corrupt and were not repaired.',
  async run({ options, context, output, signal }) {
    const progress = output.progress('checking', 'objects');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done, total) => progress.update(done, total),
      onNote: (text) => output.note(text),
    });
    return locked(workplace, async () => {
      const needed = new Map<string, string[]>();
      for (const { md5, legacy, location } of await collectObjects(workplace, [])) {
        const add = (one: string) => needed.set(one, [...(needed.get(one) ?? []), location]);
        add(md5);
        if (!md5.endsWith('.dir') || !workplace.cache.has(md5, legacy)) continue;
        try {
          for (const entry of workplace.cache.directory(md5, legacy)) add(entry.md5);
        } catch {
          // A list that is corrupt itself is found below.
        }
      }
      const { objects, bytes, corrupt } = await checkCache(workplace, needed, indexOf(context));
      progress.end();
      const { red, green } = output.colors;
      for (const { md5, file, neededBy } of corrupt) {
        const uses =
          neededBy.length > 0 ? `needed by ${[...new Set(neededBy)].join(', ')}` : 'not needed by the workspace';
        output.print(`${red('corrupt')}  ${md5}  ${uses}  (${file})`);
      }
      if (options.repair && corrupt.length > 0) {
        for (const one of corrupt) discard(one);
        const { files, missing } = await fetchAll(workplace, [], {
          allowMissing: true,
          ...(options.remote === undefined ? {} : { remote: options.remote }),
        });
        output.print(`${corrupt.length} taken out of the cache, ${files} fetched from the remote`);
        for (const path of missing) output.print(`${red('missing')}  ${path} is in no remote`);
        output.result({ objects, bytes, corrupt, fetched: files, missing });
        return missing.length === 0 ? 0 : 1;
      }
      output.print(
        corrupt.length === 0
          ? `${green('✓')} ${objects} objects, ${bytes} bytes: each holds what its name says`
          : `${corrupt.length} of ${objects} objects are corrupt; take them out and fetch them again with --repair`,
      );
      output.result({ objects, bytes, corrupt });
      return corrupt.length === 0 ? 0 : 1;
    });
  },
});

/** What `assay migrate` remembered, where there is a project. */
function indexOf(context: Context) {
  try {
    return context.objects().index;
  } catch (error) {
    if (error instanceof AssayError && error.code.startsWith('ASSAY_WORKSPACE_')) return undefined;
    throw error;
  }
}
