/** Thrown where a value goes on after the bytes that are here; whoever fills the window brings more and reads it again. */
export class MoreNeeded extends Error {
  override readonly name = 'MoreNeeded';
}

/** What is no Ion, and the byte of the window where that shows. */
export class IonSyntaxError extends Error {
  override readonly name = 'IonSyntaxError';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const LINE_FEED = 0x0a;

/** The bytes that a reader has before it: all of them, or a part that is moved on over a file. */
export class ByteWindow {
  bytes: Buffer;
  pos = 0;
  end: number;
  /** Nothing comes after `end`. */
  final: boolean;
  #droppedBytes = 0;
  #droppedLines = 0;
  #droppedColumns = 0;

  constructor(bytes: Uint8Array, end: number, final: boolean) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = end;
    this.final = final;
  }

  /** The next byte; -1 at the end of all bytes. */
  peek(): number {
    return this.pos < this.end ? this.bytes[this.pos]! : this.#beyond();
  }

  /** The byte that many after the next. */
  peekAt(ahead: number): number {
    const at = this.pos + ahead;
    return at < this.end ? this.bytes[at]! : this.#beyond();
  }

  fail(message: string, at = this.pos): never {
    throw new IonSyntaxError(message, at);
  }

  /** Forgets what lies before `pos`, for text: lines are counted. */
  drop(text: boolean): void {
    if (text) {
      const { line, column } = this.#position(this.pos);
      this.#droppedLines = line;
      this.#droppedColumns = column;
    }
    this.#droppedBytes += this.pos;
    this.bytes.copy(this.bytes, 0, this.pos, this.end);
    this.end -= this.pos;
    this.pos = 0;
  }

  /** `line:column` in text, both from 1, in characters; in binary the byte from the first. */
  place(at: number, text: boolean): string {
    if (!text) return `byte ${this.#droppedBytes + at}`;
    const { line, column } = this.#position(at);
    return `${line + 1}:${column + 1}`;
  }

  #position(at: number): { readonly line: number; readonly column: number } {
    let line = this.#droppedLines;
    let column = this.#droppedColumns;
    let start = 0;
    for (let feed = this.bytes.indexOf(LINE_FEED); feed !== -1 && feed < at; ) {
      line++;
      column = 0;
      start = feed + 1;
      feed = this.bytes.indexOf(LINE_FEED, start);
    }
    for (let i = start; i < at && i < this.end; i++) if ((this.bytes[i]! & 0xc0) !== 0x80) column++;
    return { line, column };
  }

  #beyond(): number {
    if (!this.final) throw new MoreNeeded();
    return -1;
  }
}
