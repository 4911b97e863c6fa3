import { Hono } from 'hono';
import { createApi } from './api.ts';
import type { StudioDependencies } from './dependencies.ts';
import { answerTo, RequestError } from './errors.ts';
import { logFiles } from './log-files.ts';
import { hardened, onlyKnownBodies, onlyOwnHost, onlySameOrigin } from './security.ts';
import { staticFiles } from './static-files.ts';

export interface StudioAppOptions {
  /** The host that the server is bound to. */
  readonly host: string;
  /** The studio's built files; undefined for the API alone. */
  readonly files: string | undefined;
}

/** The studio's server: the API under `/api`, the built web app under everything else. */
export function createStudioApp(dependencies: StudioDependencies, options: StudioAppOptions): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    const { status, body } = answerTo(error);
    if (status === 500) dependencies.onFault(error);
    return c.json(body, status);
  });
  app.use(hardened(), onlyOwnHost(options.host));
  app.use('/api/*', onlySameOrigin(), onlyKnownBodies());
  const api = createApi(dependencies);
  api.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: "The studio's HTTP API", version: '1' },
  });
  app.route('/', api);
  app.all('/api/*', (c) => {
    throw new RequestError(404, 'ASSAY_API_NO_ROUTE', `there is no ${c.req.method} ${c.req.path}`, {
      hint: 'docs/reference/http-api.md lists the routes.',
    });
  });
  if (dependencies.ledger)
    app.get('/log/*', logFiles(dependencies.ledger.lineage.records, dependencies.ledger.cosigned, '/log/'));
  if (options.files !== undefined) app.use(staticFiles(options.files));
  app.notFound((c) =>
    c.json(answerTo(new RequestError(404, 'ASSAY_API_NO_ROUTE', `there is nothing at ${c.req.path}`)).body, 404),
  );
  return app;
}
