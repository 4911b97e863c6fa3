import type { Value } from '../dvc/index.ts';
import type { Datapoint } from './datapoint.ts';

/**
 * Rows of comma- or tab-separated values (RFC 4180, and lone line feeds). Values stay text; a missing one is null, and those
 * beyond the head stand together under `null`, as in DVC.
 */
export function parseTable(text: string, separator: ',' | '\t', hasHead: boolean): readonly Datapoint[] {
  const records = [...split(text, separator)].filter((record) => record.length > 0);
  const width = records[0]?.length ?? 0;
  const head = hasHead ? records.shift() : Array.from({ length: width }, (_, i) => String(i));
  if (!head) return [];
  return records.map((record) => {
    const row = new Map<string, Value>(head.map((name, i) => [name, record[i] ?? null]));
    if (record.length > head.length) row.set('null', record.slice(head.length));
    return row;
  });
}

/** Records of fields; an empty line is a record of none. */
function* split(text: string, separator: string): Generator<string[]> {
  let record: string[] = [];
  let field = '';
  let isQuoted = false;
  let hasField = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[i + 1] === '"') field += text[++i];
      else isQuoted = false;
    } else if (character === '"' && field === '') {
      isQuoted = true;
      hasField = true;
    } else if (character === separator) {
      record.push(field);
      field = '';
      hasField = true;
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[i + 1] === '\n') i++;
      if (hasField || field !== '') record.push(field);
      yield record;
      record = [];
      field = '';
      hasField = false;
    } else field += character;
  }
  if (hasField || field !== '') yield [...record, field];
}
