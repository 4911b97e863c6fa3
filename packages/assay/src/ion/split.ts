/**
 * Where the values of a stream begin and end, so that each can be kept as the bytes that it came as.
 * A slice may also be a version marker, a symbol table or padding, which stand for no value. What is no Ion is cut somehow:
 * whoever reads the slices finds out.
 */
export function* splitIon(bytes: Uint8Array): Generator<Uint8Array> {
  const next = bytes[0] === 0xe0 ? endInBinary : endInText;
  for (let start = 0; start < bytes.length; ) {
    const end = Math.min(next(bytes, start), bytes.length);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Type descriptor, length, content, as the Ion specification has them. */
function endInBinary(bytes: Uint8Array, start: number): number {
  const type = bytes[start]! >> 4;
  let length = bytes[start]! & 0xf;
  // The version marker is the descriptor of an annotation that none can have.
  if (bytes[start] === 0xe0) return start + 4;
  if (length === 0xf || type === 0x1) return start + 1;
  let at = start + 1;
  if (length === 0xe || (type === 0xd && length === 1)) {
    length = 0;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0x80;
      length = length * 0x80 + (byte & 0x7f);
    } while (byte < 0x80);
  }
  return at + length;
}

const [QUOTE, APOSTROPHE, STAR, SLASH, BACKSLASH, NEWLINE] = [0x22, 0x27, 0x2a, 0x2f, 0x5c, 0x0a];
const OPENING = [...'{[('].map((sign) => sign.charCodeAt(0));
const CLOSING = [...'}])'].map((sign) => sign.charCodeAt(0));
const [BRACE] = OPENING;

/** After the bracket that closes the first container; what stands before it, or at the end of all, goes with it. */
function endInText(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = endOfQuoted(bytes, at + 1, QUOTE, 1);
    else if (byte === APOSTROPHE) {
      const isLong = bytes[at + 1] === APOSTROPHE && bytes[at + 2] === APOSTROPHE;
      at = isLong ? endOfQuoted(bytes, at + 3, APOSTROPHE, 3) : endOfQuoted(bytes, at + 1, APOSTROPHE, 1);
    } else if (byte === SLASH && bytes[at + 1] === SLASH) {
      at = found(bytes, bytes.indexOf(NEWLINE, at));
    } else if (byte === SLASH && bytes[at + 1] === STAR) {
      at += 2;
      while (at < bytes.length && !(bytes[at] === STAR && bytes[at + 1] === SLASH)) at++;
      at++;
    } else if (byte === BRACE && bytes[at + 1] === BRACE) {
      depth += 2;
      at = endOfOpenedLob(bytes, at + 2) - 1;
    } else if (OPENING.includes(byte)) depth++;
    else if (CLOSING.includes(byte) && --depth <= 0) return at + 1;
  }
  return bytes.length;
}

/** Base64 may hold two slashes, which are no comment there; the text of a clob is left to the quotes that come. */
function endOfOpenedLob(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at]! <= 0x20) at++;
  if (bytes[at] === QUOTE || bytes[at] === APOSTROPHE) return at;
  return found(bytes, bytes.indexOf(CLOSING[0]!, at));
}

/** The last of the quotes that close. */
function endOfQuoted(bytes: Uint8Array, start: number, quote: number, count: number): number {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === quote && (count === 1 || (bytes[at + 1] === quote && bytes[at + 2] === quote))) {
      return at + count - 1;
    }
  }
  return bytes.length;
}

function found(bytes: Uint8Array, index: number): number {
  return index < 0 ? bytes.length : index;
}
