import { basename } from 'node:path';
import { Hono } from 'hono';
import { AssayError } from '../errors.ts';
import { StoredFiles } from '../lineage/index.ts';
import { ModelRegistry } from '../models/index.ts';
import {
  ChangeFeed,
  createStudioApp,
  openExplainer,
  QuietFeed,
  RepositoryReader,
  type StudioDependencies,
} from '../server/index.ts';
import { readCosigned } from '../witness/index.ts';
import { findProject, type Project, projectConfig } from '../workspace/index.ts';
import type { Context } from './context.ts';

interface StudioOptions {
  readonly host: string;
  readonly files: string | undefined;
  readonly signal: AbortSignal;
  readonly onFault: (error: unknown) => void;
}

interface Studio {
  readonly app: Hono;
  readonly root: string;
  close(): void;
}

/** A ledger is looked for at most so often, in milliseconds. */
const lookMs = 1000;

/**
 * The studio's app over what there is: a ledger, a DVC repository, or both. A ledger that is begun meanwhile is taken in.
 * @throws AssayError `ASSAY_WORKSPACE_NOT_FOUND` and its like where there is neither, and those of opening a ledger
 */
export async function openStudio(context: Context, options: StudioOptions): Promise<Studio> {
  const workplace = await orNone(context.workplace(options.signal), ['ASSAY_DVC_NOT_A_REPOSITORY']);
  const repository = workplace && new RepositoryReader(workplace);
  let project = workplace ? await projectOf(context) : context.project();
  const root = project?.root ?? workplace?.repository.root ?? context.directory;
  const name = project ? projectConfig(project).project : basename(root);
  const withParts = async (): Promise<[Hono, { close(): void }]> => {
    const ledger = project && (await openLedger(context, project));
    const changes = ledger?.changes ?? new QuietFeed();
    const parts: StudioDependencies = { name, ledger, repository, changes, onFault: options.onFault };
    return [createStudioApp(parts, options), changes];
  };
  let [current, feed] = await withParts();
  let lookedAt = performance.now();
  const lookForLedger = async () => {
    if (project || performance.now() - lookedAt < lookMs) return;
    lookedAt = performance.now();
    project = await projectOf(context);
    if (!project) return;
    const quiet = feed;
    [current, feed] = await withParts();
    // Browsers that listened connect again, and hear the ledger's changes then.
    quiet.close();
  };
  const app = new Hono().all('*', async (c) => {
    await lookForLedger();
    return current.fetch(c.req.raw, c.env);
  });
  return { app, root, close: () => feed.close() };
}

async function openLedger(context: Context, project: Project) {
  const [records, objects, live] = [await context.records(), context.objects(), await context.live()];
  return {
    project: {
      origin: project.origin,
      // As it is when it is asked for: the key may be rotated meanwhile.
      get vkey() {
        return findProject(project.root).vkey;
      },
    },
    cosigned: () => readCosigned(project.paths.cosigned),
    lineage: { records, files: new StoredFiles(objects) },
    objects,
    temporary: project.paths.temporary,
    search: await context.searchIndex(),
    live,
    models: new ModelRegistry(records),
    explain: openExplainer(objects),
    changes: await ChangeFeed.open(project.paths.database, records, live),
  };
}

function projectOf(context: Context): Promise<Project | undefined> {
  const none = ['ASSAY_WORKSPACE_NOT_FOUND', 'ASSAY_WORKSPACE_NOT_INITIALIZED'];
  return orNone((async () => context.project())(), none);
}

/** Undefined in place of errors of these codes. */
async function orNone<T>(result: Promise<T>, codes: readonly string[]): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof AssayError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
