/** Reads the numbers and texts out of a JSON document whose form the platform gave it long ago. */
export class Reader {
  readonly #value: unknown;
  readonly #place: string;

  constructor(value: unknown, place: string) {
    this.#value = value;
    this.#place = place;
  }

  get(name: string): Reader {
    const value = this.#value;
    const member: unknown =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return new Reader(member, `${this.#place}.${name}`);
  }

  text(): string {
    if (typeof this.#value === 'string') return this.#value;
    throw this.#unlike('a text');
  }

  number(): number {
    if (typeof this.#value === 'number') return this.#value;
    throw this.#unlike('a number');
  }

  boolean(): boolean {
    if (typeof this.#value === 'boolean') return this.#value;
    throw this.#unlike('true or false');
  }

  /** Undefined where the document has nothing, or null. */
  maybe<T>(read: (reader: Reader) => T): T | undefined {
    return this.#value === undefined || this.#value === null ? undefined : read(this);
  }

  list<T>(read: (reader: Reader) => T): readonly T[] {
    if (!Array.isArray(this.#value)) throw this.#unlike('a list');
    return this.#value.map((item, i) => read(new Reader(item, `${this.#place}[${i}]`)));
  }

  entries<T>(read: (reader: Reader) => T): readonly (readonly [string, T])[] {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#unlike('an object');
    return Object.entries(value).map(([name, member]) => [name, read(new Reader(member, `${this.#place}.${name}`))]);
  }

  #unlike(expected: string): Error {
    return new Error(`${this.#place} is not ${expected}: another version of Assay may have written it`);
  }
}
