/** An error a person can act on: `code` is listed in docs/reference/errors.md, `hint` says what to do. */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
