import { listen } from '../serving/index.ts';
import { createWitnessApp, openWitness, witnessFolder } from '../witness/index.ts';
import { acquireLock } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

/** How long answers under way may take once it is told to stop. */
const drainSeconds = 5;

export const command = defineCommand({
  options: {
    port: { value: 'N', number: true, default: 4720, description: '0 for any free one' },
    host: { value: 'HOST', default: '127.0.0.1', description: 'who can reach it; by default this machine alone' },
  },
  details:
    'Answers POST /add-checkpoint as https://c2sp.org/tlog-witness says, for the logs of `assay witness add-log`, until it is\n' +
    'interrupted. What it has seen lies in $ASSAY_HOME/witness, which one process at a time serves.',
  async run({ options, context, output, signal }) {
    const { environment, clock } = context;
    const witness = openWitness(environment, clock);
    using _lock = await acquireLock(witnessFolder(environment), 'serve', { command: 'witness serve', now: clock() });
    const app = createWitnessApp(witness, (error) =>
      output.note(error instanceof Error ? error.message : String(error)),
    );
    const listening = await listen(app, options);
    output.print(`The witness ${witness.name} is at ${output.colors.cyan(listening.url)}`);
    output.result({ url: listening.url, name: witness.name, vkey: witness.vkey });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await listening.drain(drainSeconds);
    return 0;
  },
});
