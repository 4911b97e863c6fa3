import { createClient } from 'assay/api';
import { ApiError } from './api-error.ts';

const { api } = createClient(location.origin);

export { api };

interface Reply {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

type Content<R extends Reply> = Awaited<ReturnType<Extract<R, { readonly ok: true }>['json']>>;

/** The content of a good answer. @throws ApiError for any other, and when there is no answer. */
export async function read<R extends Reply>(request: Promise<R>): Promise<Content<R>> {
  let reply: R;
  try {
    reply = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'the studio’s server does not answer', undefined, 'Is `assay studio` still running?');
  }
  if (!reply.ok) throw await ApiError.from(reply);
  return (await reply.json()) as Content<R>;
}
