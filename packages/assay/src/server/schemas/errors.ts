import { z } from '@hono/zod-openapi';

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'as listed in docs/reference/errors.md' }),
      message: z.string(),
      hint: z.string().nullable().openapi({ description: 'what to do' }),
      path: z.string().optional().openapi({ description: 'which part of the request, such as `query.limit`' }),
    }),
  })
  .openapi('Error');

export type ApiError = z.infer<typeof errorSchema>;
