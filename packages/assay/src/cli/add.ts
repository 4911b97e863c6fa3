import { addFromElsewhere, addPaths, locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { pairs } from './data-options.ts';
import { tellGit } from './git-changes.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  options: {
    noCommit: { description: 'only hash the data, leave it out of the cache' },
    glob: { description: 'targets are patterns' },
    noRelink: { description: 'leave links and copies in the workspace as they are' },
    out: { short: 'o', value: 'PATH', description: 'data from elsewhere: where in the repository a copy of it goes' },
    toRemote: { description: 'into a remote, neither into the cache nor the workspace' },
    remote: { short: 'r', value: 'NAME', description: 'the remote that is meant (default: core.remote)' },
    jobs: {
      short: 'j',
      aliases: ['--remote-jobs'],
      value: 'N',
      number: true,
      description: 'how many transfers side by side',
    },
    force: { short: 'f', description: 'replace what stands in the way' },
    desc: { value: 'TEXT', description: 'what the data is, for people' },
    type: { value: 'TEXT', description: 'its type, for people' },
    label: { value: 'TEXT', repeat: true, description: 'a label' },
    meta: { value: 'KEY=VALUE', repeat: true, description: 'further facts' },
    file: { value: 'FILE.dvc', description: 'the name of the .dvc file' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const progress = output.progress('adding', 'files');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done) => progress.update(done),
      onNote: (text) => output.note(text),
    });
    const annotations = {
      labels: options.label,
      ...(options.desc === undefined ? {} : { desc: options.desc }),
      ...(options.type === undefined ? {} : { type: options.type }),
      ...(options.meta.length === 0 ? {} : { meta: pairs(options.meta, '--meta') }),
    };
    const isElsewhere = options.toRemote || options.out !== undefined;
    checkTogether(options, targets.length, isElsewhere);
    const added = await locked(workplace, async () => {
      if (isElsewhere)
        return [await addFromElsewhere(workplace, targets[0]!, { ...annotations, ...transferOf(options) })];
      return addPaths(workplace, targets, {
        noCommit: options.noCommit,
        glob: options.glob,
        noRelink: options.noRelink,
        ...annotations,
        ...(options.file === undefined ? {} : { file: options.file }),
      });
    });
    progress.end();
    await tellGit(
      workplace.repository,
      added.flatMap((one) => one.changed),
      output,
    );
    output.result(
      added.map(({ location, dataFile, found }) => ({
        path: location,
        dvc: dataFile,
        md5: found.md5,
        size: found.size,
        ...(found.kind === 'directory' ? { nfiles: found.nfiles } : {}),
      })),
    );
    return 0;
  },
});

interface TransferFlags {
  readonly out: string | undefined;
  readonly toRemote: boolean;
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
  readonly force: boolean;
}

function transferOf({ out, toRemote, remote, jobs, force }: TransferFlags) {
  return {
    toRemote,
    force,
    ...(out === undefined ? {} : { out }),
    ...(remote === undefined ? {} : { remote }),
    ...(jobs === undefined ? {} : { jobs: Math.max(1, Math.floor(jobs)) }),
  };
}

function checkTogether(
  options: TransferFlags & { readonly noCommit: boolean; readonly glob: boolean },
  targets: number,
  isElsewhere: boolean,
): void {
  const fail = (message: string) => {
    throw new AssayError('ASSAY_CLI_VALUE', message, { hint: 'See `assay add --help`.' });
  };
  if (isElsewhere && (targets !== 1 || options.noCommit || options.glob)) {
    fail('--out and --to-remote are for one target, without --glob and --no-commit');
  }
  if (!options.toRemote && (options.remote !== undefined || options.jobs !== undefined)) {
    fail('--remote and --jobs belong to --to-remote');
  }
}
