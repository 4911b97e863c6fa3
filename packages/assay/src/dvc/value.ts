/**
 * A value of a YAML, JSON or TOML file in which DVC keeps integers and floats apart: `1` and `1.0` are two values in a lock file,
 * in a cache key and in a diff. A `bigint` is an integer, a `number` is a float. Order of keys is that of the file.
 */
export type Value = null | boolean | bigint | number | string | readonly Value[] | { readonly [key: string]: Value };
