/** What the server answered when it could not do what was asked; `code` and `hint` are its own. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly hint: string | undefined;

  constructor(status: number, message: string, code?: string, hint?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  static async from(reply: { readonly status: number; json(): Promise<unknown> }): Promise<ApiError> {
    const body = await reply.json().catch(() => undefined);
    if (typeof body === 'object' && body !== null && 'error' in body) {
      const { error } = body;
      if (typeof error === 'object' && error !== null) {
        const text = (name: string) => {
          const value: unknown = Reflect.get(error, name);
          return typeof value === 'string' ? value : undefined;
        };
        return new ApiError(reply.status, text('message') ?? 'the request failed', text('code'), text('hint'));
      }
    }
    return new ApiError(reply.status, `the server answered ${reply.status}`);
  }
}
