import { ModelRegistry } from '../models/index.ts';
import { defineCommand } from './command.ts';
import { formatScore, shortHash } from './format.ts';

export const command = defineCommand({
  arguments: ['MODEL'],
  details: 'MODEL is NAME (what is in production, else the newest), NAME@M:m:p or NAME@STAGE.',
  async run({ arguments: [reference], context, output }) {
    const registry = new ModelRegistry(await context.records());
    const found = await registry.find(reference!);
    const versions = await registry.versions(found.body.name);
    const { bold, dim, green } = output.colors;
    output.print(
      `${bold(`${found.body.name}@${found.body.version}`)}${found.stages.map((stage) => ` ${green(stage)}`).join('')}`,
    );
    if (found.body.description) output.print(found.body.description);
    output.print(
      `${dim('record ')} ${shortHash(found.sealed.hash)}  ${dim('sealed')} ${found.sealed.record.at}  ${dim('because')} ${found.body.because}`,
    );
    for (const { role, ref } of found.sealed.record.parents) output.print(`${dim(role.padEnd(10))} ${ref}`);
    output.print(`${dim('labels')} ${found.body.signature.labels.join(', ')}`);
    for (const [name, score] of Object.entries(found.body.scores))
      output.print(`${dim(name.padEnd(10))} ${formatScore(score)}`);
    output.print();
    output.table(
      ['version', 'stages', 'sealed', 'macro F1', 'record'],
      versions.map(({ body, stages, sealed }) => [
        body.version,
        stages.join(', ') || '—',
        sealed.record.at,
        formatScore(body.scores.macro_f1),
        shortHash(sealed.hash),
      ]),
    );
    const describe = ({ body, stages, sealed }: typeof found) => ({
      ...body,
      stages,
      record: sealed.hash,
      at: sealed.record.at,
      artifacts: sealed.record.artifacts,
      parents: sealed.record.parents,
    });
    output.result({ ...describe(found), versions: versions.map(describe) });
    return 0;
  },
});
