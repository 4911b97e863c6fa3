import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Visit } from '../access/index.ts';
import type { Workplace } from '../data/index.ts';
import type { Config, Repository } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type FileObjectStore, openObjectStore } from '../objects/index.ts';
import type { RecordStore, Signer } from '../records/index.ts';
import type { LiveRuns } from '../runs/index.ts';
import type { SearchIndex } from '../track/index.ts';
import {
  assayHome,
  checkLedgerSigner,
  findProject,
  ledgerPlace,
  ledgerSigner,
  localActorId,
  type Project,
  projectConfig,
} from '../workspace/index.ts';

/** What commands work with; each part is opened when it is first asked for. */
export interface Context {
  /** Where the person is, or what `-C` names; absolute. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  /** The project that `directory` belongs to. @throws AssayError `ASSAY_WORKSPACE_NOT_FOUND` */
  project(): Project;
  objects(): FileObjectStore;
  /** The DVC repository that `directory` belongs to. @throws AssayError `ASSAY_DVC_NOT_A_REPOSITORY` */
  repository(): Promise<Repository>;
  /** What commands on data work with: the repository and its cache. */
  workplace(signal: AbortSignal, listeners?: Pick<Workplace, 'onProgress' | 'onNote'>): Promise<Workplace>;
  /** What looks into other repositories work with: no repository need be here. */
  visit(signal: AbortSignal, listeners?: Pick<Workplace, 'onProgress' | 'onNote'>): Visit;
  /** DVC's settings, also where there is no repository. */
  settings(): Promise<Config>;
  records(): Promise<RecordStore>;
  /** Fields of tracked records, for searches. */
  searchIndex(): Promise<SearchIndex>;
  /** The ledger without leave to change anything, where its backend has that: a file stays as it is. The caller closes it. */
  readRecords(): Promise<RecordStore>;
  /** As `records`, but another one at each call, signed by this signer. The caller closes it. */
  recordsSignedBy(signer: Signer): Promise<RecordStore>;
  /** Signs the ledger's checkpoints; its key is read when it first signs. */
  signer(): Signer;
  /** The live tables, opened after the ledger: opening them first would fold a damaged log into the database unseen. */
  live(): Promise<LiveRuns>;
  /**
   * For work whose result is to be sealed, before it begins.
   * @throws AssayError when this home has no actor, or nothing that signs with the ledger's key
   */
  checkCanSeal(): void;
  close(): Promise<void>;
}

/** The composition root of the command line. */
export function openContext(directory: string, environment: NodeJS.ProcessEnv = process.env): Context {
  const clock = () => new Date();
  let project: Project | undefined;
  let objects: FileObjectStore | undefined;
  let records: Promise<RecordStore> | undefined;
  let live: Promise<LiveRuns> | undefined;
  let searchIndex: Promise<SearchIndex> | undefined;
  const context: Context = {
    directory,
    environment,
    clock,
    project() {
      project ??= findProject(directory);
      return project;
    },
    objects() {
      objects ??= openObjectStore(context.project().paths.objects);
      return objects;
    },
    async repository() {
      // Here and below, so that a command loads only what it uses.
      const { findRepository } = await import('../dvc/index.ts');
      return findRepository(directory);
    },
    async workplace(signal, listeners = {}) {
      const { openWorkplace } = await import('../data/index.ts');
      const repository = await context.repository();
      return openWorkplace({
        repository,
        directory: realpathSync(directory),
        environment,
        clock,
        signal,
        ...(process.stdin.isTTY && process.stderr.isTTY
          ? { askSecret: async (question: string) => (await import('./ask-secret.ts')).askSecret(question) }
          : {}),
        ...listeners,
      });
    },
    visit(signal, listeners = {}) {
      return { directory: realpathSync(directory), environment, clock, signal, ...listeners };
    },
    async settings() {
      const { Config, findRepository } = await import('../dvc/index.ts');
      try {
        return findRepository(directory).config;
      } catch (error) {
        if (error instanceof AssayError && error.code === 'ASSAY_DVC_NOT_A_REPOSITORY') {
          return Config.read(join(directory, '.dvc'), environment);
        }
        throw error;
      }
    },
    signer: () => ledgerSigner(context.project(), environment),
    records() {
      records ??= openProjectRecords(context, 'write');
      return records;
    },
    searchIndex() {
      searchIndex ??= import('../track/index.ts').then(
        (track) => new track.SearchIndex(context.project().paths.search),
      );
      return searchIndex;
    },
    recordsSignedBy: (signer) => openProjectRecords(context, 'write', signer),
    readRecords: () => openProjectRecords(context, 'read'),
    live() {
      live ??= openLiveRuns(context);
      return live;
    },
    checkCanSeal() {
      localActorId(environment);
      checkLedgerSigner(context.project(), environment);
    },
    async close() {
      await (await searchIndex?.catch(() => undefined))?.close();
      await (await live?.catch(() => undefined))?.close();
      await (await records?.catch(() => undefined))?.close();
      await objects?.index.close();
    },
  };
  return context;
}

/** Opens a project's ledger as the local actor of this home; the key is asked for only when something is added. */
async function openProjectRecords(
  context: Context,
  leave: 'read' | 'write',
  signer = context.signer(),
): Promise<RecordStore> {
  const { environment, clock } = context;
  const project = context.project();
  const { fileHighWaterMarks, openPostgresRecords, openSqliteRecords, readSqliteRecords } = await import(
    '../records/index.ts'
  );
  // Only what every opening needs: the rest is loaded where a policy is.
  const { guardedRecords } = await import('../governance/guard.ts');
  const place = ledgerPlace(projectConfig(project), environment);
  const options = {
    databaseFile: project.paths.database,
    url: place.kind === 'postgres' ? place.url : '',
    checkpointFile: project.paths.checkpoint,
    cosignedFile: project.paths.cosigned,
    signer,
    trusted: projectConfig(project).trusted,
    earlier: project.earlier,
    get actor() {
      return localActorId(environment);
    },
    clock,
    objects: context.objects(),
    highWater: fileHighWaterMarks(join(assayHome(environment), 'high-water')),
  };
  if (leave === 'read' && place.kind === 'sqlite') return readSqliteRecords(options);
  const records = await (place.kind === 'postgres' ? openPostgresRecords(options) : openSqliteRecords(options));
  return guardedRecords(records, project.origin, clock);
}

async function openLiveRuns(context: Context): Promise<LiveRuns> {
  await context.records();
  const { LiveRuns } = await import('../runs/index.ts');
  return LiveRuns.open(context.project().paths.database);
}
