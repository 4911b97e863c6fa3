import type { IonValue } from './value.ts';
import { IonSyntaxError } from './window.ts';

const SYSTEM: readonly (string | null)[] = [
  null,
  '$ion',
  '$ion_1_0',
  '$ion_symbol_table',
  'name',
  'version',
  'imports',
  'symbols',
  'max_id',
  '$ion_shared_symbol_table',
];
const TABLE = '$ion_symbol_table';
const MOST_SYMBOLS = 1_000_000;

/** Symbols by number: the system's, and those of the local symbol tables that were read. */
export class SymbolTable {
  #texts: (string | null)[] = [...SYSTEM];

  reset(): void {
    this.#texts = [...SYSTEM];
  }

  /**
   * Null for `$0`, whose text nobody knows. `at`, for errors: where it stands.
   * @throws IonSyntaxError
   */
  text(id: number, at: number): string | null {
    const text = this.#texts[id];
    if (text === undefined) throw new IonSyntaxError(`symbol $${id} is in no symbol table`, at);
    return text;
  }

  /**
   * Takes a value that stood at the top; whether it was a symbol table, and so is no value of the data.
   * @throws IonSyntaxError
   */
  take(value: IonValue, at: number): boolean {
    if (value.type !== 'struct' || value.annotations[0] !== TABLE) return false;
    const only = (name: string) => {
      const found = value.fields.filter((field) => field.name === name);
      if (found.length > 1) throw new IonSyntaxError(`a symbol table with two fields \`${name}\``, at);
      return found[0]?.value;
    };
    const imports = only('imports');
    const symbols = only('symbols');
    if (!(imports?.type === 'symbol' && imports.text === TABLE)) this.reset();
    for (const imported of imports?.type === 'list' ? imports.items : []) {
      const name =
        imported.type === 'struct' ? imported.fields.find((field) => field.name === 'name')?.value : undefined;
      if (name?.type === 'string' && name.value !== '' && name.value !== '$ion') {
        throw new IonSyntaxError(`the shared symbol table ${JSON.stringify(name.value)} is not here`, at);
      }
    }
    for (const symbol of symbols?.type === 'list' ? symbols.items : []) {
      if (this.#texts.length >= MOST_SYMBOLS) throw new IonSyntaxError(`more than ${MOST_SYMBOLS} symbols`, at);
      this.#texts.push(symbol.type === 'string' ? symbol.value : null);
    }
    return true;
  }
}
