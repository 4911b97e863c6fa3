import type { IonValue } from './value.ts';

/** A value as Ion text that reads back as the same value: its precision, annotations and Ion Hash are kept. */
export function ionText(value: IonValue): string {
  return `${value.annotations.map((annotation) => `${symbolText(annotation)}::`).join('')}${contentText(value)}`;
}

function contentText(value: IonValue): string {
  switch (value.type) {
    case 'null':
      return `null.${value.of}`;
    case 'bool':
      return String(value.value);
    case 'int':
      return String(value.value);
    case 'float':
      return floatText(value.value);
    case 'decimal': {
      const magnitude = value.coefficient < 0n ? -value.coefficient : value.coefficient;
      return `${value.negative ? '-' : ''}${magnitude}d${value.exponent}`;
    }
    case 'timestamp':
      return value.text;
    case 'symbol':
      return symbolText(value.text);
    case 'string':
      return quoted(value.value, '"');
    case 'clob':
      return `{{"${[...value.bytes].map(clobByte).join('')}"}}`;
    case 'blob':
      return `{{${Buffer.from(value.bytes).toString('base64')}}}`;
    case 'list':
      return `[${value.items.map(ionText).join(',')}]`;
    case 'sexp':
      return `(${value.items.map(ionText).join(' ')})`;
    case 'struct':
      return `{${value.fields.map((field) => `${symbolText(field.name)}:${ionText(field.value)}`).join(',')}}`;
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : '+inf';
  if (Object.is(value, -0)) return '-0e0';
  const text = String(value);
  return text.includes('e') ? text.replace('e+', 'e') : `${text}e0`;
}

function symbolText(text: string | null): string {
  if (text === null) return '$0';
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !/^(?:null|true|false|nan)$/.test(text);
  return isPlain ? text : quoted(text, "'");
}

function quoted(text: string, quote: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  const escaped = text.replace(/[\\"'\u0000-\u001f\u007f]/g, (sign) =>
    sign >= ' ' && sign < '\u007f' ? `\\${sign}` : `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `${quote}${escaped}${quote}`;
}

function clobByte(byte: number): string {
  const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}
