import { OpenAPIHono } from '@hono/zod-openapi';
import { RequestError } from './errors.ts';

const parts: Readonly<Record<string, string>> = { param: 'path', json: 'body' };

/** A set of routes whose requests are refused with where they are wrong. */
export function createRoutes(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const issue = result.error.issues[0];
      const path = [parts[result.target] ?? result.target, ...(issue?.path ?? [])].join('.');
      throw new RequestError(400, 'ASSAY_API_REQUEST', `${path}: ${issue?.message ?? 'is not as it must be'}`, {
        path,
        hint: 'docs/reference/http-api.md says what each route takes.',
      });
    },
  });
}
