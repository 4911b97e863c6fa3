import { windows1252 } from './windows-1252.ts';

/**
 * A filing is read as latin-1, one character a byte, so that every index into the string is a byte offset into the
 * filing. Characters are decoded only where text is handed out, by these functions.
 */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export interface DecodedCharacter {
  readonly codePoint: number;
  /** Bytes taken, 1 to 4. */
  readonly length: number;
}

function continuation(raw: string, at: number): number {
  const byte = raw.charCodeAt(at);
  return (byte & 0xc0) === 0x80 ? byte & 0x3f : -1;
}

/**
 * The character that starts at byte `at` of a latin-1 string: UTF-8 (RFC 3629) where the bytes are a valid sequence,
 * windows-1252 otherwise, since filings mix the two. Null where the byte means nothing in either.
 */
export function characterAt(raw: string, at: number): DecodedCharacter | null {
  const lead = raw.charCodeAt(at);
  if (lead < 0x80) return { codePoint: lead, length: 1 };
  if (lead >= 0xc2 && lead <= 0xf4) {
    const one = continuation(raw, at + 1);
    if (lead < 0xe0) {
      if (one >= 0) return { codePoint: ((lead & 0x1f) << 6) | one, length: 2 };
    } else if (one >= 0) {
      const two = continuation(raw, at + 2);
      if (lead < 0xf0) {
        const codePoint = ((lead & 0x0f) << 12) | (one << 6) | two;
        if (two >= 0 && codePoint >= 0x800 && (codePoint < 0xd800 || codePoint > 0xdfff))
          return { codePoint, length: 3 };
      } else if (two >= 0) {
        const three = continuation(raw, at + 3);
        const codePoint = ((lead & 0x07) << 18) | (one << 12) | (two << 6) | three;
        if (three >= 0 && codePoint >= 0x10000 && codePoint <= 0x10ffff) return { codePoint, length: 4 };
      }
    }
  }
  const codePoint = windows1252(lead);
  return codePoint === 0 ? null : { codePoint, length: 1 };
}

/** A short piece of a header (a company's name) as text; bytes without meaning become U+FFFD. */
export function decodeLatin1(raw: string): string {
  let text = '';
  for (let at = 0; at < raw.length; ) {
    const character = characterAt(raw, at);
    text += character === null ? '\ufffd' : String.fromCodePoint(character.codePoint);
    at += character?.length ?? 1;
  }
  return text;
}
