/**
 * What the bytes 0x80–0x9F mean in windows-1252 (WHATWG Encoding, index windows-1252); 0 where no character is assigned.
 * `TextDecoder` maps those five to C1 controls, which hides that the bytes are no text.
 */
const high = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
  0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
] as const;

/** The character of one byte of windows-1252, or 0 where none is assigned. */
export function windows1252(byte: number): number {
  return byte >= 0x80 && byte < 0xa0 ? (high[byte - 0x80] ?? 0) : byte;
}
