import { AssayError } from '../errors.ts';
import { BinaryReader } from './binary.ts';
import { SymbolTable } from './symbols.ts';
import { TextReader } from './text.ts';
import type { IonPlaces, IonValue } from './value.ts';
import { ByteWindow, IonSyntaxError, MoreNeeded } from './window.ts';

const CHUNK = 1 << 20;
/** One value at the top must fit into memory; more than this is taken for an attack or a mistake. */
const LARGEST_VALUE = 1 << 28;

/** Brings the next bytes into `target`: how many, 0 at the end. */
export type ByteSource = (target: Uint8Array) => number;

/**
 * The values of Ion text (JSON is such) or Ion binary, one after another.
 * @param source what is read, for errors: a file's name
 * @param places takes where each value begins
 * @throws AssayError `ASSAY_ION_MALFORMED`
 */
export function readIon(bytes: Uint8Array, source: string, places?: IonPlaces): Generator<IonValue> {
  return readWindow(new ByteWindow(bytes, bytes.length, true), () => 0, source, places);
}

/**
 * The same out of a file or stream, piece by piece: memory holds one value at the top, and a piece of 1 MiB.
 * @throws AssayError `ASSAY_ION_MALFORMED`, also for a value of more than 256 MiB
 */
export function readIonPieces(pull: ByteSource, source: string): Generator<IonValue> {
  return readWindow(new ByteWindow(Buffer.allocUnsafe(CHUNK), 0, false), pull, source);
}

function* readWindow(window: ByteWindow, pull: ByteSource, source: string, places?: IonPlaces): Generator<IonValue> {
  let count = 0;
  let text = true;
  try {
    while (!window.final && window.end < 4) fill(window, pull, text);
    text = !isBinary(window);
    const symbols = new SymbolTable();
    const reader = text ? new TextReader(window, symbols, places) : new BinaryReader(window, symbols, places);
    for (;;) {
      let value: IonValue | undefined;
      try {
        value = reader.next();
      } catch (error) {
        if (!(error instanceof MoreNeeded)) throw error;
        fill(window, pull, text);
        continue;
      }
      if (value === undefined) {
        if (window.final) return;
        fill(window, pull, text);
        continue;
      }
      count++;
      yield value;
    }
  } catch (error) {
    if (!(error instanceof IonSyntaxError)) throw error;
    const place = window.place(error.at, text);
    throw new AssayError(
      'ASSAY_ION_MALFORMED',
      `${source}${text ? ':' : ' '}${place}: ${error.message}, after ${count} values`,
      {
        hint: 'Was the file cut short, or changed, on its way?',
        cause: error,
      },
    );
  }
}

/** `E0 01 00 EA` begins all Ion binary. */
function isBinary({ bytes, end }: ByteWindow): boolean {
  return end >= 4 && bytes.readUInt32BE(0) === 0xe00100ea;
}

/** Keeps what is not read yet, and brings more behind it. */
function fill(window: ByteWindow, pull: ByteSource, text: boolean): void {
  window.drop(text);
  if (window.end === window.bytes.length) {
    if (window.end >= LARGEST_VALUE) window.fail(`a value of more than ${LARGEST_VALUE} bytes`);
    const larger = Buffer.allocUnsafe(window.end * 2);
    window.bytes.copy(larger, 0, 0, window.end);
    window.bytes = larger;
  }
  const count = pull(window.bytes.subarray(window.end));
  window.end += count;
  window.final = count === 0;
}
