import { z } from '@hono/zod-openapi';

/** Hex SHA-256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hex digits' });
export const md5 = z.string().regex(/^[0-9a-f]{32}$/, { error: 'must be 32 lower-case hex digits' });
/** RFC 3339 UTC. */
export const time = z.string();
export const version = z
  .string()
  .regex(/^(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8})$/, { error: 'must be a version M:m:p, such as 1:4:0' });
export const runId = z.string().regex(/^[0-9a-f]{32}$/, { error: "must be a run's id: 32 lower-case hex digits" });
export const stageId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,200}$/, { error: "must be a stage's id" })
  .refine((id) => !id.includes('..'), { error: "must be a stage's id" });
export const modelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, { error: "must be a model's name" });
export const kind = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, { error: 'must be a kind of record, such as run' });
/** A record's hash or the beginning of it, or `kind/id@M:m:p`, or `sha256:<hex>`. */
export const reference = z
  .string()
  .min(4, { error: 'must have at least 4 characters' })
  .max(400, { error: 'must have at most 400 characters' })
  .regex(/^[^\s\p{Cc}]+$/u, { error: 'must have no spaces or control characters' });

export const limit = (most: number, usual: number) =>
  z.coerce
    .number()
    .int({ error: 'must be a whole number' })
    .min(1, { error: 'must be at least 1' })
    .max(most, { error: `must be at most ${most}` })
    .default(usual);
export const offset = z.coerce
  .number()
  .int({ error: 'must be a whole number' })
  .min(0, { error: 'must not be negative' })
  .max(Number.MAX_SAFE_INTEGER)
  .default(0)
  // What is coerced would be described as nullable.
  .openapi({ type: 'integer', minimum: 0 });

export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
/** Whatever JSON the document holds. */
export const anyJson = z.unknown().openapi({ description: 'any JSON value' });
