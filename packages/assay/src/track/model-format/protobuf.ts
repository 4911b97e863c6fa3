import { damage, type Source, shown } from './source.ts';

/** One field on the wire: where its value begins, and how long it is; varints are read. */
export interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of a varint; beyond 2^53 without its last digits. */
  readonly integer: number;
  readonly at: number;
  readonly length: number;
}

/** Fields of all messages in a file that are looked at. */
const MOST_FIELDS = 2_000_000;

/** Reads messages in the protocol buffers wire format by their places: what is not asked for is skipped, not read. */
export class ProtobufFile {
  readonly source: Source;
  #fields = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** @throws AssayError `ASSAY_TRACK_MODEL_FILE` where a field is of no known form or passes the message's end */
  *fields(what: string, at = 0, length = this.source.size): Generator<Field> {
    const end = at + length;
    const { name } = this.source;
    let next = at;
    const varint = (): number => {
      const start = next;
      let value = 0;
      for (let i = 0; i < 10 && next < end; i++) {
        const byte = this.source.byte(next++, what);
        value += (byte & 127) * 2 ** (7 * i);
        if (byte < 128) return value;
      }
      throw damage(name, start, `a number in ${what} ends nowhere`);
    };
    while (next < end) {
      const start = next;
      if (++this.#fields > MOST_FIELDS) throw damage(name, start, `more than ${MOST_FIELDS} fields`);
      const tag = varint();
      const [number, wire] = [Math.floor(tag / 8), tag % 8];
      if (number === 0 || number >= 2 ** 29) throw damage(name, start, `${what} has a field of number ${number}`);
      if (wire === 0) {
        yield { number, wire, integer: varint(), at: start, length: 0 };
        continue;
      }
      const size = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : undefined;
      if (size === undefined) throw damage(name, start, `${what} has a field of the unknown wire type ${wire}`);
      if (size > end - next) {
        throw damage(name, start, `field ${number} of ${what} claims ${size} bytes, and ${end - next} are left`);
      }
      yield { number, wire, integer: 0, at: next, length: size };
      next += size;
    }
  }

  inside(what: string, field: Field): Generator<Field> {
    if (field.wire !== 2) throw damage(this.source.name, field.at, `${what} is no message`);
    return this.fields(what, field.at, field.length);
  }

  text(what: string, field: Field): string {
    if (field.wire !== 2) throw damage(this.source.name, field.at, `${what} is no text`);
    return shown(this.source.bytes(field.at, Math.min(field.length, 4096), what));
  }

  /** A repeated integer, packed or one by one; the first thousand. */
  integers(what: string, field: Field): number[] {
    if (field.wire === 0) return [field.integer];
    const found: number[] = [];
    let value = 0;
    let factor = 1;
    for (const byte of this.source.bytes(field.at, Math.min(field.length, 8000), what)) {
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte >= 128) continue;
      found.push(value);
      [value, factor] = [0, 1];
    }
    return found.slice(0, 1000);
  }
}
