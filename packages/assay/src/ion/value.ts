/** An Ion value with all that its Ion Hash depends on. Text of a symbol is null where it is unknown (`$0`). */
export type IonValue = { readonly annotations: readonly (string | null)[] } & IonContent;

export interface IonField {
  readonly name: string | null;
  readonly value: IonValue;
}

export type IonContent =
  | { readonly type: 'null'; readonly of: IonTypeName }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  /** `negative` tells -0 from 0. */
  | { readonly type: 'decimal'; readonly coefficient: bigint; readonly exponent: number; readonly negative: boolean }
  /** Ion's text, which keeps the precision and whether the offset is known. */
  | { readonly type: 'timestamp'; readonly text: string }
  | { readonly type: 'symbol'; readonly text: string | null }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'clob' | 'blob'; readonly bytes: Uint8Array }
  | { readonly type: 'list' | 'sexp'; readonly items: readonly IonValue[] }
  /** In the order of the source; a name may stand twice. */
  | { readonly type: 'struct'; readonly fields: readonly IonField[] };

/** Where in its source each value begins, in bytes; filled by a reader that is given one. */
export type IonPlaces = Map<IonValue, number>;

/** How deep readers follow nested values. */
export const DEEPEST = 200;

const TYPE_NAMES = [
  'null',
  'bool',
  'int',
  'float',
  'decimal',
  'timestamp',
  'symbol',
  'string',
  'clob',
  'blob',
  'list',
  'sexp',
  'struct',
] as const;

export type IonTypeName = (typeof TYPE_NAMES)[number];

export function isTypeName(name: string): name is IonTypeName {
  return (TYPE_NAMES as readonly string[]).includes(name);
}

/** The first field of that name, when the value is a struct that has it. */
export function fieldOf(value: IonValue | undefined, name: string): IonValue | undefined {
  return value?.type === 'struct' ? value.fields.find((field) => field.name === name)?.value : undefined;
}
