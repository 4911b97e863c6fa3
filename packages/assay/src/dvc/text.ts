import { AssayError } from '../errors.ts';

/**
 * The text of a file that people write: UTF-8, a byte order mark left out.
 * @param file for messages
 * @throws AssayError `ASSAY_DVC_NOT_TEXT` with the line
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw notText(bytes, zero, file, 'there is a zero byte');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notText(bytes, firstBad(bytes), file, 'this is not UTF-8');
  }
}

/** The offset of the first byte that is no UTF-8. */
function firstBad(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = Buffer.from(text);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== again[i]) return i;
  return bytes.length;
}

function notText(bytes: Uint8Array, at: number, file: string, what: string): AssayError {
  const before = Buffer.from(bytes.subarray(0, at)).toString('latin1').split('\n');
  return new AssayError('ASSAY_DVC_NOT_TEXT', `${file}:${before.length}:${before.at(-1)!.length + 1}: ${what}`, {
    hint: 'Save the file as UTF-8, or bring it back from git.',
  });
}

const marker = /^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$/;

/** What git left where two changes met; undefined when there is no such mark. */
export function mergeConflict(text: string, file: string): AssayError | undefined {
  if (!text.includes('<<<<<<<') && !text.includes('>>>>>>>')) return undefined;
  const line = text.split(/\r?\n/).findIndex((one) => marker.test(one));
  if (line < 0) return undefined;
  return new AssayError('ASSAY_DVC_CONFLICT', `${file}:${line + 1}:1: a merge conflict is not resolved`, {
    hint: `Choose one of the two sides: edit the file, or say git checkout --ours (or --theirs) ${file.replace(/, .*/, '')}.`,
  });
}

/** At the ends of lines that Python knows; an end at the very end begins no other line. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\x85\u2028\u2029]/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
