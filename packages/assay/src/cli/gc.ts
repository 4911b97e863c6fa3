import { checkGcScope, collectGarbage, locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { confirm } from './confirm.ts';

export const command = defineCommand({
  options: {
    workspace: { short: 'w', description: 'keep what the workspace needs' },
    allBranches: { short: 'a', description: 'keep what all branches need' },
    allTags: { short: 'T', description: 'keep what all tags need' },
    allCommits: { short: 'A', description: 'keep what all commits need' },
    allExperiments: { description: 'keep what all experiments need' },
    date: { value: 'DATE', description: 'keep what commits since this day need' },
    rev: { value: 'REV', description: 'keep what this commit needs' },
    num: { short: 'n', value: 'N', number: true, description: 'and so many commits in all, going back from it' },
    cloud: { short: 'c', description: 'delete from the remote as well' },
    remote: { short: 'r', value: 'NAME', description: 'the remote (default: core.remote)' },
    notInRemote: { description: 'of what is needed, keep only what the remote has not' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many requests to the remote side by side' },
    projects: {
      short: 'p',
      value: 'DIR',
      repeat: true,
      description: 'keep what another repository needs that shares this cache',
    },
    skipFailed: { description: 'pass over commits that cannot be read, and keep nothing for their sake' },
    dry: { description: 'only say what would be deleted' },
    force: { short: 'f', description: 'do not ask' },
  },
  details: 'The workspace is always kept. Nothing is deleted unless everything that should be kept could be read.',
  async run({ options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { date, rev, num, remote, force, jobs, ...flags } = options;
    const choice = {
      ...flags,
      ...(date === undefined ? {} : { date }),
      ...(rev === undefined ? {} : { rev }),
      ...(num === undefined ? {} : { num }),
      ...(remote === undefined ? {} : { remote }),
      ...(jobs === undefined ? {} : { jobs: Math.max(1, Math.floor(jobs)) }),
    };
    checkGcScope(choice);
    if (!force && !options.dry && !(await confirm('This deletes data, and nothing brings it back. Go on?'))) {
      throw new AssayError('ASSAY_DVC_GC_FORCE', 'this deletes data, and nothing brings it back', {
        hint: 'Look first with --dry, then say --force.',
      });
    }
    const { objects, bytes, inRemote } = await locked(workplace, () => collectGarbage(workplace, choice));
    const verb = options.dry ? 'would be deleted' : 'deleted';
    output.print(`${objects} objects, ${bytes} bytes ${verb} from the cache`);
    if (options.cloud) output.print(`${inRemote} objects ${verb} from the remote`);
    output.result({ objects, bytes, inRemote, dry: options.dry });
    return 0;
  },
});
