import type { SQLInputValue } from 'node:sqlite';
import { parseDecimal, showValue } from './documents/index.ts';
import type { Condition, Query } from './query.ts';

export interface Statement {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/**
 * Statements that find, newest first, every revision that may fit: by its fields where all of them are indexed, and, where a
 * condition asks for more than is indexed, the others.
 * @param pathOf the number of a path; -1 where no indexed revision has it
 */
export function candidateStatements(
  query: Query,
  asOf: Date | undefined,
  pathOf: (name: string) => number,
): readonly Statement[] {
  const about = aboutRevision(query, asOf);
  const { conditions } = query;
  const all = { sql: `SELECT r.idx FROM revision r WHERE ${about.sql} ORDER BY r.idx DESC`, values: about.values };
  // Data is not indexed.
  if (conditions.length === 0 || conditions.every(({ path }) => path[0] === 'data')) return [all];
  const wanted = conditions
    .filter(({ path }) => path[0] !== 'data')
    .map((condition) => ({ condition, path: pathOf(condition.path.join('.')), test: testOf(condition) }));
  const driver = wanted.find(({ condition }) => condition.operator !== '!=');
  const others = wanted.filter((one) => one !== driver);
  const checks = others.map(({ condition, path, test }) => ({
    sql: `${condition.operator === '!=' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM field f WHERE f.path = ? AND f.idx = r.idx AND ${test.sql})`,
    values: [path, ...test.values],
  }));
  const where = [about, ...checks].map(({ sql }) => sql).join(' AND ');
  const values = [about, ...checks].flatMap((one) => one.values);
  const complete: Statement = driver
    ? {
        sql: `SELECT r.idx FROM field f CROSS JOIN revision r ON r.idx = f.idx
              WHERE f.path = ? AND ${driver.test.sql} AND r.partial = 0 AND ${where} ORDER BY f.idx DESC`,
        values: [driver.path, ...driver.test.values, ...values],
      }
    : { sql: `SELECT r.idx FROM revision r WHERE r.partial = 0 AND ${where} ORDER BY r.idx DESC`, values };
  const rest = { sql: `SELECT r.idx FROM revision r WHERE r.partial = 1 AND ${about.sql} ORDER BY r.idx DESC` };
  return [complete, { ...rest, values: about.values }];
}

/** What is told by the record itself, exactly. */
function aboutRevision({ kind, by, event, version, since, until, words }: Query, asOf: Date | undefined): Statement {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, ...given: SQLInputValue[]) => {
    parts.push(sql);
    values.push(...given);
  };
  if (asOf === undefined) add('r.next IS NULL');
  else {
    const later = 'n.kind = r.kind AND n.id = r.id AND n.revision > r.revision AND n.at <= ?';
    add(`r.at <= ? AND NOT EXISTS (SELECT 1 FROM revision n WHERE ${later})`, asOf.getTime(), asOf.getTime());
  }
  if (kind !== undefined) add('r.kind = ?', kind);
  if (by !== undefined) add('substr(r.actor, 1, length(?1)) = ?1'.replaceAll('?1', '?'), by, by);
  if (event !== undefined) add('r.event = ?', event);
  if (version !== undefined) add('r.version = ?', version);
  if (since !== Number.NEGATIVE_INFINITY) add('r.at >= ?', since);
  if (until !== Number.POSITIVE_INFINITY) add('r.at <= ?', until);
  for (const word of words) add('instr(r.folded, ?) > 0', word);
  return { sql: parts.join(' AND '), values };
}

/** True for whatever may hold; of `!=`, true for whatever is surely equal. */
function testOf({ operator, wanted }: Condition): Statement {
  if (operator === '~') {
    return { sql: '(f.text IS NULL OR instr(coalesce(f.folded, f.text), ?) > 0)', values: [wanted.toLowerCase()] };
  }
  const decimal = parseDecimal(wanted);
  const shown = decimal && showValue({ at: 0, type: 'number', value: decimal });
  if (operator === '=') return { sql: '(f.text IS NULL OR f.text IN (?, ?))', values: [wanted, shown ?? wanted] };
  if (operator === '!=') {
    return {
      sql: 'f.text IS NOT NULL AND f.text = CASE WHEN f.number IS NULL THEN ? ELSE ? END',
      values: [wanted, shown ?? wanted],
    };
  }
  const text = `(f.number IS NULL AND (f.text IS NULL OR f.text ${operator} ?))`;
  if (decimal === undefined) return { sql: text, values: [wanted] };
  // Rounding keeps the order, but may make equal what is not.
  const loose = operator === '<' ? '<=' : operator === '>' ? '>=' : operator;
  const number = Number(`${decimal.coefficient}e${decimal.exponent}`);
  return { sql: `(f.number ${loose} ? OR ${text})`, values: [number, wanted] };
}
