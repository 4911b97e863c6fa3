import { AssayError } from '../errors.ts';

/**
 * Reads a table with a head line by RFC 4180: fields in quotes may hold the separator, line breaks, and quotes doubled.
 *
 * @returns one record for each line, by the names of the head, and the line's number in the file.
 * @throws AssayError `ASSAY_CSV_INVALID` with file and line.
 */
export function parseCsv(
  text: string,
  path: string,
  separator: ',' | '\t',
): { readonly line: number; readonly record: Readonly<Record<string, string>> }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let [line, startLine, at] = [1, 1, 0];
  const invalid = (where: number, what: string) =>
    new AssayError('ASSAY_CSV_INVALID', `${path}:${where}: ${what}`, {
      hint: 'A table has a head line with the names of its columns, and as many fields in each line.',
    });
  const source = text.replace(/^\u{feff}/u, '');
  while (at < source.length) {
    let cell = '';
    if (source[at] === '"') {
      for (at++; ; at++) {
        if (at >= source.length) throw invalid(startLine, 'a quote is not closed');
        if (source[at] === '\n') line++;
        if (source[at] !== '"') cell += source[at];
        else if (source[at + 1] === '"') cell += source[at++];
        else break;
      }
      at++;
      if (at < source.length && ![separator, '\n', '\r'].includes(source[at]!)) {
        throw invalid(line, 'something stands behind a closing quote');
      }
    } else {
      const from = at;
      while (at < source.length && source[at] !== separator && source[at] !== '\n' && source[at] !== '\r') at++;
      cell = source.slice(from, at);
    }
    cells.push(cell);
    if (source[at] === separator) {
      at++;
      if (at < source.length) continue;
      cells.push('');
    }
    if (source[at] === '\r') at++;
    if (source[at] === '\n') at++;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: startLine, cells });
    cells = [];
    line++;
    startLine = line;
  }
  const [head, ...body] = rows;
  if (head === undefined) throw invalid(1, 'there is no head line');
  if (new Set(head.cells).size !== head.cells.length) throw invalid(head.line, 'a column is named twice');
  return body.map(({ line: where, cells: values }) => {
    if (values.length !== head.cells.length) {
      throw invalid(where, `${values.length} fields, but the head has ${head.cells.length}`);
    }
    return { line: where, record: Object.fromEntries(head.cells.map((name, i) => [name, values[i]!])) };
  });
}
