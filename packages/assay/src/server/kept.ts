/** Results that were asked for last, each made once; one that failed is made again when it is next asked for. */
export class Kept<T> {
  readonly #most: number;
  readonly #results = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#results.get(key);
    const result = known ?? make();
    this.#results.delete(key);
    this.#results.set(key, result);
    if (known === undefined) {
      result.catch(() => {
        if (this.#results.get(key) === result) this.#results.delete(key);
      });
      if (this.#results.size > this.#most) this.#results.delete(this.#results.keys().next().value ?? '');
    }
    return result;
  }
}
