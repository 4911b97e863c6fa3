import type { ExperimentColumn, ExperimentRow } from '../api/index.ts';

/** `train.rate>0.1`: a column, by its name or the end of it, compared; or a part of the row's name. */
type Term =
  | { readonly column: string; readonly operator: Operator; readonly operand: string }
  | { readonly text: string };
type Operator = '>' | '>=' | '<' | '<=' | '=' | '!=';

/** Terms apart by spaces, all of which must hold. */
export function parseFilter(text: string): readonly Term[] {
  return text
    .trim()
    .replaceAll(/\s*(>=|<=|!=|=|>|<)\s*/g, '$1')
    .split(/\s+/)
    .filter((one) => one !== '')
    .map((one): Term => {
      const [, column, operator, operand] = /^([^<>=!]+)(>=|<=|!=|=|>|<)(.*)$/.exec(one) ?? [];
      if (column === undefined || operator === undefined || operand === undefined) return { text: one.toLowerCase() };
      return { column, operator: operator as Operator, operand };
    });
}

export function matches(row: ExperimentRow, columns: readonly ExperimentColumn[], terms: readonly Term[]): boolean {
  return terms.every((term) => {
    if ('text' in term) return `${row.name ?? ''} ${row.rev} ${row.state}`.toLowerCase().includes(term.text);
    return columns.some(({ name }, i) => {
      if (name !== term.column && !name.endsWith(`.${term.column}`)) return false;
      return holds(row.values[i], term.operator, term.operand);
    });
  });
}

function holds(value: unknown, operator: Operator, operand: string): boolean {
  if (value === null || value === undefined) return operator === '!=';
  const number = Number(operand);
  const isNumber = typeof value === 'number' && operand !== '' && !Number.isNaN(number);
  if (operator === '=') return isNumber ? value === number : text(value) === operand;
  if (operator === '!=') return isNumber ? value !== number : text(value) !== operand;
  const order = isNumber ? value - number : text(value).localeCompare(operand);
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order <= 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
