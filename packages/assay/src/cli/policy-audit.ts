import { replayLedger } from '../governance/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  details: 'Changes nothing. Ends with exit code 1 when it names any.',
  async run({ context, output }) {
    const { findings, seen } = await replayLedger(await context.records(), context.project().origin);
    const { red, green } = output.colors;
    for (const { index, record, problems } of findings)
      output.print(`${red('✗')} #${index} ${record}: ${problems.join('; ')}`);
    if (findings.length === 0)
      output.print(`${green('✓')} ${seen} records replayed; each change was allowed at its place`);
    output.result({ ok: findings.length === 0, seen, findings });
    return findings.length === 0 ? 0 : 1;
  },
});
