/** The change feed of a repository without a ledger: nothing is told, but the connection shows that the server is there. */
export class QuietFeed {
  readonly #ends = new Set<() => void>();

  async listen(_listener: unknown, onEnd: () => void): Promise<() => void> {
    this.#ends.add(onEnd);
    return () => this.#ends.delete(onEnd);
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}
