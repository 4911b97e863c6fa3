import { initProject } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    name: { value: 'NAME', description: "the project's name (default: the folder's)" },
  },
  details: [
    'Makes .dvc/ and .dvcignore as `dvc init` does, .assay/ (kept out of git) with the ledger, assay.yaml (for git), and a signing',
    'key in $ASSAY_HOME (default: $XDG_DATA_HOME/assay, else ~/.local/share/assay). What is there stays as it is; a second call',
    'changes nothing. In a clone it starts a ledger of its own.',
  ].join('\n'),
  async run({ options, context, output }) {
    const { project, fresh, made, roster } = initProject(context.directory, {
      environment: context.environment,
      now: context.clock(),
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    const records = await context.records();
    // A roster that has grown since stands.
    if (!(await records.latest('roster', roster.id))) await records.append([roster]);
    const { bold, dim } = output.colors;
    output.print(
      fresh ? `${bold(project.root)} is an Assay project now.` : `${bold(project.root)} is an Assay project already.`,
    );
    for (const path of made) output.print(`  ${dim('made')} ${path}`);
    output.print(`  ${dim('ledger')} ${project.origin}`);
    output.print(`  ${dim('verifier key')} ${project.vkey}`);
    output.result({ root: project.root, fresh, made, origin: project.origin, vkey: project.vkey });
    return 0;
  },
});
