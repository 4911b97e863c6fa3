/**
 * How an opcode's argument is written: so many bytes; text up to the end of one or two lines; or a length of so many bytes
 * and then that many.
 */
type Argument = number | 'line' | 'lines' | { readonly length: number };

export interface Opcode {
  readonly argument: Argument;
  /** What it takes off the stack: a count, or everything down to the last mark. */
  readonly pops: number | 'mark';
  readonly pushes: number;
}

const rows: readonly (readonly [codes: string, argument: Argument, pops: number | 'mark', pushes: number])[] = [
  ['( ) ] } N \x88 \x89 \x8f \x97', 0, 0, 1],
  ['F I L P S V', 'line', 0, 1],
  ['J \x84', 4, 0, 1],
  ['K \x82', 1, 0, 1],
  ['M \x83', 2, 0, 1],
  ['G', 8, 0, 1],
  ['U C \x8a \x8c', { length: 1 }, 0, 1],
  ['T X B \x8b', { length: 4 }, 0, 1],
  ['\x8d \x8e \x96', { length: 8 }, 0, 1],
  ['c', 'lines', 0, 1],
  ['i', 'lines', 'mark', 1],
  ['d l t o \x91', 0, 'mark', 1],
  ['1 e u \x90', 0, 'mark', 0],
  ['. 0 a b', 0, 1, 0],
  ['s', 0, 2, 0],
  ['Q \x85', 0, 1, 1],
  ['R \x81 \x86 \x93', 0, 2, 1],
  ['\x87 \x92', 0, 3, 1],
  ['2 \x94 \x98', 0, 0, 0],
  ['g p', 'line', 0, 0],
  ['h q \x80', 1, 0, 0],
  ['j r', 4, 0, 0],
  ['\x95', 8, 0, 0],
];

/** The opcodes of protocols 0 to 5, as Python's pickletools lists them, by their byte. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  rows.flatMap(([codes, argument, pops, pushes]) =>
    codes.split(' ').map((code) => [code.charCodeAt(0), { argument, pops, pushes }] as const),
  ),
);
