import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Draft, tell } from './draft.ts';
import type { Stage } from './graph.ts';
import { isWithin, linkOut } from './paths.ts';
import type { Path } from './source.ts';

/** A path of the document, with what it is for. */
interface Use {
  readonly path: string;
  readonly what: string;
  readonly at: Path;
  readonly block: string;
  readonly active: boolean;
}

const ours = ['.git', '.assay', '.dvc'];

/** Every path stays in the folder, no two blocks write in one place, and what comes from outside is there. */
export function checkPaths(draft: Draft, stages: readonly Stage[]): void {
  const { outputs, outside } = usesOf(draft, stages);
  for (const use of [...outputs, ...outside]) {
    const out = linkOut(draft.directory, use.path, draft.root);
    if (out)
      tell(draft, { code: 'ASSAY_PIPELINE_PATH_ESCAPE', message: `${use.what} \`${use.path}\`: ${out}` }, use.at);
  }
  for (const [i, use] of outputs.entries()) {
    if (checkOwnFiles(draft, use)) continue;
    for (const before of outputs.slice(0, i)) checkPair(draft, before, use);
  }
  for (const use of outside) {
    const writer = outputs.find((output) => isWithin(use.path, output.path) || isWithin(output.path, use.path));
    if (writer) tellWriter(draft, use, writer);
    else if (use.active && draft.options.files !== 'unchecked' && !existsSync(join(draft.directory, use.path)))
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_MISSING_FILE',
          message: `${use.what} \`${use.path}\` is not there`,
          hint: `Looked in ${draft.directory}. No block writes it.`,
        },
        use.at,
      );
  }
}

function usesOf(draft: Draft, stages: readonly Stage[]): { outputs: Use[]; outside: Use[] } {
  const outputs: Use[] = [];
  const outside: Use[] = [];
  for (const stage of stages) {
    const block = draft.blocks.get(stage.id);
    if (!block) continue;
    const common = { block: stage.id, active: stage.status === 'active' };
    for (const { port, path } of stage.outputs)
      outputs.push({
        ...common,
        path,
        what: `the output \`${stage.id}.${port}\``,
        at: [...block.path, 'outputs', port],
      });
    for (const { port, path, from } of stage.inputs)
      if (!from)
        outside.push({
          ...common,
          path,
          what: `the input \`${stage.id}.${port}\``,
          at: [...block.path, 'inputs', port],
        });
    for (const path of stage.code)
      outside.push({ ...common, path, what: `code of \`${stage.id}\``, at: [...block.path, 'code'] });
    const entity = [...draft.entities.values()].find(({ document }) => document.name === stage.environment.name);
    if (stage.environment.kind === 'process')
      for (const path of stage.environment.lockfiles)
        outside.push({
          ...common,
          path,
          what: `the lock file of \`${stage.environment.name}\``,
          at: [...(entity?.path ?? block.path), 'lockfiles'],
        });
  }
  return { outputs, outside: uniqueBy(outside, ({ at, path }) => `${path}\n${at.join('\n')}`) };
}

function uniqueBy(uses: readonly Use[], keyOf: (use: Use) => string): Use[] {
  return [...new Map(uses.map((use) => [keyOf(use), use])).values()];
}

function checkOwnFiles(draft: Draft, use: Use): boolean {
  const file = basename(draft.source.file);
  const kept = [file, ...ours].find((path) => isWithin(path, use.path) || isWithin(use.path, path));
  if (kept === undefined) return false;
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_OUTPUT_OVER_FILE',
      message: `${use.what} would write over \`${kept}\``,
      hint: 'Outputs are replaced when a block runs: give them a folder of their own, such as build/.',
    },
    use.at,
  );
  return true;
}

function checkPair(draft: Draft, before: Use, use: Use): void {
  if (!isWithin(use.path, before.path) && !isWithin(before.path, use.path)) return;
  const line = draft.source.locate(before.at).line;
  const same = use.path === before.path;
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_OUTPUTS_OVERLAP',
      message: same
        ? `${use.what} writes \`${use.path}\`, and so does ${before.what} (line ${line})`
        : `${use.what} (\`${use.path}\`) and ${before.what} (\`${before.path}\`, line ${line}) lie in one another`,
      hint: 'Give each output a path of its own.',
    },
    use.at,
  );
}

function tellWriter(draft: Draft, use: Use, writer: Use): void {
  const isInput = use.what.startsWith('the input');
  const port = writer.at.at(-1);
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_OUTPUT_OVER_INPUT',
      message: `${use.what} is taken from outside (\`${use.path}\`), but ${writer.what} writes \`${writer.path}\``,
      hint:
        isInput && use.block !== writer.block
          ? `Leave the path out, and connect { from: ${writer.block}.${port}, to: ${use.block}.${use.at.at(-1)} }.`
          : 'Write to another path.',
    },
    use.at,
  );
}
