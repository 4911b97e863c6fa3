import { isSpace } from './text-chars.ts';
import { atTriple, readLong, readShortClob, skipPlainSpace } from './text-strings.ts';
import type { IonContent } from './value.ts';
import type { ByteWindow } from './window.ts';

const CLOSE_BRACE = 0x7d;
const EQUALS = 0x3d;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Uint8Array(256).fill(0xff);
for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i;

/** `{{ … }}`: a clob in quotes, or a blob in Base64; `pos` stands on the first brace. */
export function readLob(window: ByteWindow): IonContent {
  const start = window.pos;
  window.pos += 2;
  const code = skipPlainSpace(window);
  let content: IonContent;
  if (code === 0x22) content = { type: 'clob', bytes: Buffer.from(readShortClob(window), 'latin1') };
  else if (code === 0x27 && atTriple(window)) {
    content = { type: 'clob', bytes: Buffer.from(readLong(window, true), 'latin1') };
  } else content = { type: 'blob', bytes: readBase64(window, start) };
  if (skipPlainSpace(window) !== CLOSE_BRACE || window.peekAt(1) !== CLOSE_BRACE) {
    window.fail('a blob or clob that does not end with }}', start);
  }
  window.pos += 2;
  return content;
}

function readBase64(window: ByteWindow, start: number): Buffer {
  const first = window.pos;
  let digits = 0;
  let spaced = false;
  for (let code = window.peek(); ; code = window.peek()) {
    if (values[code]! < 64) digits++;
    else if (isSpace(code)) spaced = true;
    else break;
    window.pos++;
  }
  const last = window.pos;
  let padding = 0;
  for (let code = window.peek(); code === EQUALS || isSpace(code); code = window.peek()) {
    if (code === EQUALS) padding++;
    window.pos++;
  }
  if ((digits + padding) % 4 !== 0 || padding > 2) window.fail('a blob that is not whole Base64', start);
  if (spaced) return Buffer.from(window.bytes.toString('latin1', first, last), 'base64');
  return decode(window.bytes, first, digits);
}

function decode(bytes: Uint8Array, first: number, digits: number): Buffer {
  const size = Math.floor((digits * 3) / 4);
  const out = Buffer.allocUnsafe(size);
  let held = 0;
  let at = 0;
  for (let i = 0; i < digits; i++) {
    held = (held << 6) | values[bytes[first + i]!]!;
    if ((i & 3) === 3) {
      out[at++] = held >>> 16;
      out[at++] = held >>> 8;
      out[at++] = held;
      held = 0;
    }
  }
  if (digits % 4 === 2) out[at] = held >>> 4;
  else if (digits % 4 === 3) {
    out[at++] = held >>> 10;
    out[at] = held >>> 2;
  }
  return out;
}
