import { AssayError } from '../errors.ts';
import type { Comparison, Condition, Json } from './graph.ts';
import { type Parameters, parameterAt } from './parameters.ts';
import { valueAt } from './value.ts';

/** What conditions are about. `metric` answers with the parsed content of a metrics output. */
export interface Facts {
  readonly parameters: Parameters;
  metric(stage: string, port: string): Json;
}

/**
 * Whether a condition holds.
 *
 * @throws AssayError ASSAY_PIPELINE_CONDITION when a value is missing, or is of a kind that cannot be compared so
 */
export function evaluateCondition(condition: Condition, facts: Facts): boolean {
  if ('all' in condition) return condition.all.every((inner) => evaluateCondition(inner, facts));
  if ('any' in condition) return condition.any.some((inner) => evaluateCondition(inner, facts));
  if ('not' in condition) return !evaluateCondition(condition.not, facts);
  const found =
    'parameter' in condition
      ? parameterAt(facts.parameters, condition.parameter)
      : metricAt(facts.metric(condition.metric.stage, condition.metric.port), condition.metric.path);
  if (found === undefined)
    throw new AssayError('ASSAY_PIPELINE_CONDITION', `there is no value for ${describeSubject(condition)}`, {
      hint: 'Compare the path in `logic` with what the block wrote.',
    });
  return compare(found, condition);
}

/** `a.b.0.c` in parsed JSON. A key that holds dots is found when it stands as a whole. */
function metricAt(content: Json, dotted: string): Json | undefined {
  return valueAt(content, [dotted]) ?? valueAt(content, dotted.split('.'));
}

function compare(found: Json, condition: Comparison & Condition): boolean {
  const { is, value } = condition;
  if (is === 'equal') return sameJson(found, value);
  if (is === 'not-equal') return !sameJson(found, value);
  if (is === 'one-of') return Array.isArray(value) && value.some((item) => sameJson(found, item));
  if (typeof found !== 'number' || typeof value !== 'number')
    throw new AssayError(
      'ASSAY_PIPELINE_CONDITION',
      `\`${is}\` compares numbers; ${describeSubject(condition)} is ${JSON.stringify(found)}, and is compared with ${JSON.stringify(value)}`,
    );
  switch (is) {
    case 'above':
      return found > value;
    case 'at-least':
      return found >= value;
    case 'below':
      return found < value;
    case 'at-most':
      return found <= value;
  }
}

function sameJson(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && sameJson(value, right.get(key) ?? null))
  );
}

/** A condition in words, for "passed over because …". */
export function describeCondition(condition: Condition): string {
  if ('all' in condition) return condition.all.map(bracketed).join(' and ');
  if ('any' in condition) return condition.any.map(bracketed).join(' or ');
  if ('not' in condition) return `not ${bracketed(condition.not)}`;
  return `${describeSubject(condition)} ${condition.is} ${JSON.stringify(condition.value)}`;
}

function bracketed(condition: Condition): string {
  const words = describeCondition(condition);
  return 'all' in condition || 'any' in condition ? `(${words})` : words;
}

function describeSubject(condition: Condition): string {
  if ('parameter' in condition) return `the parameter \`${condition.parameter}\``;
  if ('metric' in condition)
    return `\`${condition.metric.path}\` of \`${condition.metric.stage}.${condition.metric.port}\``;
  return 'the condition';
}

/**
 * Two comparisons of one `all` that no value can meet together; undefined when there are none. What stands under `any`
 * and `not` is not looked into.
 */
export function contradiction(condition: Condition): readonly [string, string] | undefined {
  const bySubject = new Map<string, (Comparison & Condition)[]>();
  const collect = (inner: Condition): void => {
    if ('all' in inner) inner.all.forEach(collect);
    else if ('parameter' in inner || 'metric' in inner) {
      const subject = describeSubject(inner);
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), inner]);
    }
  };
  collect(condition);
  for (const conditions of bySubject.values())
    for (const [i, a] of conditions.entries())
      for (const b of conditions.slice(i + 1))
        if (excludes(a, b) || excludes(b, a)) return [describeCondition(a), describeCondition(b)];
  return undefined;
}

function excludes(a: Comparison, b: Comparison): boolean {
  const allowed = a.is === 'equal' ? [a.value] : a.is === 'one-of' && Array.isArray(a.value) ? a.value : undefined;
  if (allowed) return !allowed.some((value) => meets(value, b));
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return false;
  if (a.is !== 'above' && a.is !== 'at-least') return false;
  if (b.is === 'at-most') return a.is === 'above' ? b.value <= a.value : b.value < a.value;
  return b.is === 'below' && b.value <= a.value;
}

function meets(value: Json, comparison: Comparison): boolean {
  const ordered = ['above', 'at-least', 'below', 'at-most'].includes(comparison.is);
  if (ordered && (typeof value !== 'number' || typeof comparison.value !== 'number')) return false;
  return compare(value, { parameter: '', ...comparison });
}
