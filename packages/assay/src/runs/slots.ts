/** At most so many at once; of the others, the one that comes first in the run's order is next. */
export class Slots {
  #free: number;
  readonly #waiting: { readonly place: number; readonly go: () => void }[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Resolves, once there is room, with the function that gives it back.
   * @param place in the run's order
   */
  async take(place: number): Promise<() => void> {
    if (this.#free > 0 && this.#waiting.length === 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push({ place, go }));
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#free++;
      // What only waited for the one that ended gets to ask first.
      setImmediate(() => this.#next());
    };
  }

  #next(): void {
    if (this.#free === 0 || this.#waiting.length === 0) return;
    const first = this.#waiting.reduce((a, b) => (b.place < a.place ? b : a));
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    this.#free--;
    first.go();
    this.#next();
  }
}
