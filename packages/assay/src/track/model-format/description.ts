/** A value that goes into a model or comes out of it, or a field of its data. */
export interface Port {
  readonly name: string;
  readonly type: string;
  /** A number, a name for one that is open, or `?`; left out where the file says nothing. */
  readonly shape?: readonly (number | string)[];
}

/** What the bytes of a model file say of it. */
export interface ModelDescription {
  readonly format: 'onnx' | 'coreml' | 'mlflow' | 'pickle' | 'torch' | 'safetensors' | 'pmml';
  /** Loading the file by its own library can run any program that its maker put in. */
  readonly executable: boolean;
  /** One line for a person, without the format's name. */
  readonly summary: string;
  readonly inputs?: readonly Port[];
  readonly outputs?: readonly Port[];
  /** What else the format tells, each by its name there. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** At most so many inputs, names and fields are listed; counts are always whole. */
export const MOST_LISTED = 1000;

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
