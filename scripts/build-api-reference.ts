import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContext } from '../packages/assay/src/cli/context.ts';
import { StoredFiles } from '../packages/assay/src/lineage/index.ts';
import { ModelRegistry } from '../packages/assay/src/models/index.ts';
import { LiveRuns } from '../packages/assay/src/runs/index.ts';
import { ChangeFeed, createStudioApp, openExplainer, RepositoryReader } from '../packages/assay/src/server/index.ts';
import { initProject } from '../packages/assay/src/workspace/index.ts';
import { type ApiDocument, renderApiReference } from './api-reference.ts';

export const reference = join(import.meta.dirname, '..', 'docs', 'reference', 'http-api.md');

/** The API's own description, as a server of an empty project gives it. */
async function describeApi(): Promise<ApiDocument> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-api-'));
  try {
    const environment = { ASSAY_HOME: join(folder, 'home') };
    const { project } = initProject(folder, { environment, now: new Date() });
    const context = openContext(folder, environment);
    const [records, objects] = [await context.records(), context.objects()];
    const live = await LiveRuns.open(project.paths.database);
    const changes = await ChangeFeed.open(project.paths.database, records, live);
    const app = createStudioApp(
      {
        name: 'empty',
        ledger: {
          project: { origin: project.origin, vkey: project.vkey },
          cosigned: () => undefined,
          lineage: { records, files: new StoredFiles(objects) },
          objects,
          temporary: '',
          live,
          models: new ModelRegistry(records),
          explain: openExplainer(objects),
        },
        repository: new RepositoryReader(await context.workplace(AbortSignal.timeout(60_000))),
        changes,
        onFault: (error) => console.error(error),
      },
      { host: '127.0.0.1', files: undefined },
    );
    const reply = await app.request('/api/openapi.json', { headers: { host: 'localhost' } });
    if (reply.status !== 200) throw new Error(`the API does not describe itself: ${await reply.text()}`);
    const document = (await reply.json()) as ApiDocument;
    changes.close();
    await live.close();
    await context.close();
    return document;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function buildApiReference(): Promise<string> {
  return renderApiReference(await describeApi());
}

if (import.meta.main) {
  const text = await buildApiReference();
  if (!process.argv.includes('--check')) writeFileSync(reference, text);
  else if (readFileSync(reference, 'utf8') !== text) {
    console.error('docs/reference/http-api.md is not what the routes say: node scripts/build-api-reference.ts');
    process.exitCode = 1;
  }
}
