import { updateImports } from '../access/index.ts';
import { locked, shownAddress } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { tellGit } from './git-changes.ts';
import { drawnWorkplace } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  options: {
    rev: { value: 'REV', description: 'to a branch, a tag or a commit there, and follow it from now on' },
    recursive: { short: 'R', description: 'targets are folders that hold imports' },
    noDownload: { description: 'write down the newest state, leave the data where it is' },
    toRemote: { description: 'bring data from addresses into a remote, not into the workspace' },
    remote: { short: 'r', value: 'NAME', description: 'that remote (default: core.remote)' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const updated = await locked(workplace, () =>
      updateImports(workplace, targets, {
        recursive: options.recursive,
        noDownload: options.noDownload,
        toRemote: options.toRemote,
        ...(options.remote === undefined ? {} : { remote: options.remote }),
        ...(options.rev === undefined ? {} : { rev: options.rev }),
        ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      }),
    ).finally(end);
    for (const { stage, changed } of updated) {
      output.print(`${changed.length > 0 ? 'Updated' : 'Up to date:'} ${shownAddress(workplace, stage)}`);
    }
    await tellGit(
      workplace.repository,
      updated.flatMap(({ changed }) => changed),
      output,
    );
    output.result(updated.map(({ stage, changed }) => ({ stage: stage.address, updated: changed.length > 0 })));
    return 0;
  },
});
