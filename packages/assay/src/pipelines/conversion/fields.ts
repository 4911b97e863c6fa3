import type { Value } from '../../dvc/index.ts';

export type Fields = { readonly [key: string]: Value };

/** A map, or undefined for anything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
