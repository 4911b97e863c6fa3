import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import type { Decision } from '../governance/index.ts';
import { localActor } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

/** The commands approve, reject and withdraw: one vote each. */
export function voteCommand(decision: Decision) {
  return defineCommand({
    arguments: ['[PROPOSAL]'],
    options: {
      note: { value: 'TEXT', description: 'why; sealed with the vote' },
      out: { value: 'FILE', description: 'only sign, into this file: for a home that cannot add to the ledger' },
      signed: { value: 'FILE', description: 'seal a vote that somebody signed with --out' },
    },
    async run({ arguments: [reference], options, context, output }) {
      const governance = await governanceOf(context);
      let envelope: unknown;
      if (options.signed !== undefined) {
        envelope = await readVoteFile(resolve(context.directory, options.signed));
      } else {
        if (reference === undefined) throw new AssayError('ASSAY_CLI_USAGE', 'PROPOSAL is missing');
        envelope = governance.sign(await governance.find(reference), decision, localActor(context.environment));
      }
      if (options.out !== undefined) {
        await writeFile(resolve(context.directory, options.out), `${JSON.stringify(envelope, null, 2)}\n`);
        output.print(`Signed: ${options.out}; whoever can seal runs assay ${decision} --signed ${options.out}`);
        output.result({ file: options.out });
        return 0;
      }
      const sealed = await governance.cast(envelope, options.note);
      const { standing, id } = await governance.find(sealed.record.parents[0]!.ref);
      output.print(
        `${id} is ${standing.state}${standing.missing.length > 0 ? `: ${standing.missing.join('; ')}` : ''}`,
      );
      output.result({ record: sealed.hash, proposal: id, state: standing.state, missing: standing.missing });
      return 0;
    },
  });
}

async function readVoteFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new AssayError('ASSAY_DSSE_MALFORMED', `${path} is not JSON`, {
      hint: 'It is what --out of approve, reject and withdraw writes.',
      cause: error,
    });
  }
}
