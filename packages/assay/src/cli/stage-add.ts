import { addStage, locked } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { tellGit } from './git-changes.ts';
import { runStage } from './run-stages.ts';

const path = (description: string, short?: string) =>
  ({ value: 'PATH', repeat: true, description, ...(short === undefined ? {} : { short }) }) as const;

export const command = defineCommand({
  arguments: ['COMMAND...'],
  isCommandLine: true,
  options: {
    name: { short: 'n', value: 'NAME', required: true, description: 'the name of the stage' },
    deps: { short: 'd', value: 'PATH', repeat: true, description: 'a file or folder that it needs' },
    params: { short: 'p', value: '[FILE:]KEYS', repeat: true, description: 'parameters that it needs' },
    outs: { short: 'o', value: 'PATH', repeat: true, description: 'a file or folder that it makes' },
    outsNoCache: { short: 'O', value: 'PATH', repeat: true, description: 'one that stays out of the cache' },
    outsPersist: path('one that is not removed before it runs'),
    outsPersistNoCache: path('one that is neither cached nor removed'),
    metrics: { short: 'm', value: 'PATH', repeat: true, description: 'metrics that it makes' },
    metricsNoCache: { short: 'M', value: 'PATH', repeat: true, description: 'metrics that go to git' },
    plots: path('data of a plot that it makes'),
    plotsNoCache: path('data of a plot that goes to git'),
    wdir: { short: 'w', value: 'FOLDER', description: 'the folder it runs in' },
    force: { short: 'f', description: 'replace a stage of that name' },
    run: { description: 'run it at once' },
    alwaysChanged: { description: 'it runs every time' },
    desc: { value: 'TEXT', description: 'what it does, for people' },
  },
  details: 'Everything from the first word of the command on belongs to it, options too.',
  async run({ arguments: words, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const { name, wdir, desc, force, run, ...lists } = options;
    const cmd = words.length === 1 ? words[0]! : words.map(argument).join(' ');
    const changed = await locked(workplace, () =>
      addStage(
        workplace,
        { ...lists, name, cmd, ...(wdir === undefined ? {} : { wdir }), ...(desc === undefined ? {} : { desc }) },
        { force },
      ),
    );
    output.print(`Added stage '${name}' in 'dvc.yaml'`);
    await tellGit(workplace.repository, changed, output);
    if (run) return runStage(context, workplace, name, output, signal);
    output.result({ name, changed });
    return 0;
  },
});

/** Words with spaces are one argument of the shell. */
function argument(word: string): string {
  if (word === '') return '""';
  return word.includes(' ') && !word.includes('"') ? `"${word}"` : word;
}
