import { type Block, type Draft, tell } from './draft.ts';
import type { Comparison, Condition } from './graph.ts';
import { contradiction } from './logic.ts';
import { parameterAt, parameterNames } from './parameters.ts';
import type { Ports } from './ports.ts';
import { suggestion } from './problems.ts';
import type { ConditionText } from './schema.ts';
import type { Path } from './source.ts';

/** A block's `logic` as the graph has it. Undefined when there is none, or when it is wrong, which is told. */
export function conditionOf(
  draft: Draft,
  block: Block,
  ports: ReadonlyMap<string, Ports>,
  upstream: ReadonlySet<string>,
): Condition | undefined {
  const { logic } = block.document;
  if (!logic) return undefined;
  const path = [...block.path, 'logic'];
  const condition = read(draft, block, ports, upstream, logic, path);
  const conflict = condition && contradiction(condition);
  if (conflict)
    tell(
      draft,
      {
        code: 'ASSAY_PIPELINE_CONTRADICTION',
        message: `the block \`${block.id}\` can never run: ${conflict[0]} excludes ${conflict[1]}`,
        hint: 'Use `any` if one of them is enough, or make the block inactive.',
      },
      path,
    );
  return condition;
}

function read(
  draft: Draft,
  block: Block,
  ports: ReadonlyMap<string, Ports>,
  upstream: ReadonlySet<string>,
  text: ConditionText,
  path: Path,
): Condition | undefined {
  const inner = (condition: ConditionText, ...steps: (string | number)[]) =>
    read(draft, block, ports, upstream, condition, [...path, ...steps]);
  if ('all' in text) return { all: text.all.map((one, i) => inner(one, 'all', i)).filter((one) => one !== undefined) };
  if ('any' in text) return { any: text.any.map((one, i) => inner(one, 'any', i)).filter((one) => one !== undefined) };
  if ('not' in text) {
    const not = inner(text.not, 'not');
    return not && { not };
  }
  const comparison: Comparison = { is: text.is, value: text.value };
  if (!checkComparison(draft, comparison, path)) return undefined;
  if ('parameter' in text) {
    const value = parameterAt(draft.parameters, text.parameter);
    if (value === undefined) {
      tell(draft, unknownParameter(draft, text.parameter), [...path, 'parameter']);
      return undefined;
    }
    if (isOrdered(comparison.is) && typeof value !== 'number') {
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_CONDITION',
          message: `\`${comparison.is}\` compares numbers, and the parameter \`${text.parameter}\` is ${JSON.stringify(value)}`,
          hint: 'Use `equal`, `not-equal` or `one-of`.',
        },
        path,
      );
      return undefined;
    }
    return { parameter: text.parameter, ...comparison };
  }
  const [stage = '', port = ''] = text.metric.split('.');
  const output = ports.get(stage)?.outputs.get(port);
  const at = [...path, 'metric'];
  if (!output || text.metric !== `${stage}.${port}`) {
    const metrics = [...ports].flatMap(([id, { outputs }]) =>
      [...outputs.values()].filter(({ role }) => role === 'metrics').map((one) => `${id}.${one.port}`),
    );
    tell(
      draft,
      {
        code: 'ASSAY_PIPELINE_UNKNOWN_PORT',
        message: `there is no output port \`${text.metric}\``,
        hint: suggestion(text.metric, metrics, 'output port with `role: metrics`'),
      },
      at,
    );
    return undefined;
  }
  if (stage === block.id || !upstream.has(stage)) {
    tell(
      draft,
      {
        code: 'ASSAY_PIPELINE_NOT_UPSTREAM',
        message:
          stage === block.id
            ? `the block \`${block.id}\` waits for its own metric: it would never start`
            : `the block \`${block.id}\` asks for a metric of \`${stage}\`, but nothing makes it wait for \`${stage}\``,
        hint: stage === block.id ? 'Name a block before it.' : `Connect them, or add after: [${stage}].`,
      },
      at,
    );
    return undefined;
  }
  if (output.role !== 'metrics') {
    tell(
      draft,
      {
        code: 'ASSAY_PIPELINE_NOT_METRICS',
        message: `the output \`${text.metric}\` is ${output.role}, not metrics`,
        hint: `Write outputs: { ${port}: { path: ${output.path}, role: metrics } }, and let the block write JSON there.`,
      },
      at,
    );
    return undefined;
  }
  return { metric: { stage, port, path: text.path }, ...comparison };
}

function isOrdered(is: Comparison['is']): boolean {
  return is === 'above' || is === 'at-least' || is === 'below' || is === 'at-most';
}

function checkComparison(draft: Draft, { is, value }: Comparison, path: Path): boolean {
  const expected = is === 'one-of' ? 'a list' : 'a number';
  const right =
    is === 'one-of' ? Array.isArray(value) && value.length > 0 : !isOrdered(is) || typeof value === 'number';
  if (!right)
    tell(
      draft,
      {
        code: 'ASSAY_PIPELINE_CONDITION',
        message: `\`${is}\` expects ${expected} as \`value\`, found ${JSON.stringify(value)}`,
      },
      [...path, 'value'],
    );
  return right;
}

export function unknownParameter(draft: Draft, name: string) {
  return {
    code: 'ASSAY_PIPELINE_UNKNOWN_PARAMETER',
    message: `the pipeline has no parameter \`${name}\``,
    hint: suggestion(name, parameterNames(draft.parameters), 'parameter'),
  };
}
