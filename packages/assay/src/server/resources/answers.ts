import type { z } from '@hono/zod-openapi';
import { errorSchema } from '../schemas/errors.ts';

/** The content of an answer in JSON. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

export const badRequest = { 400: json(errorSchema, 'the request is not as it must be; `path` says where') };
export const unusable = { 409: json(errorSchema, 'the repository cannot be read as it stands; the message says why') };
export const notFound = { 404: json(errorSchema, 'there is no such thing') };

/** A `content-disposition` that makes the browser save the answer under a name (RFC 6266, RFC 8187). */
export function download(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '') || 'download';
  const encoded = encodeURIComponent(name.toWellFormed().replace(/[\p{Cc}/\\]+/gu, '-')).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
