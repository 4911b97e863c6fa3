import type { z } from '@hono/zod-openapi';
import { errorSchema } from '../schemas/errors.ts';

/** The content of an answer in JSON. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

export const badRequest = { 400: json(errorSchema, 'the request is not as it must be; `path` says where') };
export const notFound = { 404: json(errorSchema, 'there is no such thing') };
