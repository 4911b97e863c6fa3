import { join } from 'node:path';
import { type FileObjectStore, type ObjectStore, openObjectStore } from '../objects/index.ts';
import {
  ed25519Signer,
  fileHighWaterMarks,
  openSqliteRecords,
  type RecordStore,
  type Signer,
} from '../records/index.ts';
import { assayHome, findProject, loadSigningKey, localActorId, type Project, readConfig } from '../workspace/index.ts';

/** What commands work with; each part is opened when it is first asked for. */
export interface Context {
  /** Where the person is, or what `-C` names; absolute. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  /** The project that `directory` belongs to. @throws AssayError `ASSAY_WORKSPACE_NOT_FOUND` */
  project(): Project;
  objects(): FileObjectStore;
  records(): Promise<RecordStore>;
  close(): Promise<void>;
}

/** The composition root of the command line. */
export function openContext(directory: string, environment: NodeJS.ProcessEnv = process.env): Context {
  const clock = () => new Date();
  let project: Project | undefined;
  let objects: FileObjectStore | undefined;
  let records: Promise<RecordStore> | undefined;
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
    records() {
      records ??= openProjectRecords(context.project(), context.objects(), environment, clock);
      return records;
    },
    async close() {
      await (await records?.catch(() => undefined))?.close();
      await objects?.index.close();
    },
  };
  return context;
}

/** Opens a project's ledger as the local actor of this home; the key is asked for only when something is added. */
async function openProjectRecords(
  project: Project,
  objects: ObjectStore,
  environment: NodeJS.ProcessEnv,
  clock: () => Date,
): Promise<RecordStore> {
  let signer: Signer | undefined;
  return openSqliteRecords({
    databaseFile: project.paths.database,
    checkpointFile: project.paths.checkpoint,
    signer: {
      name: project.origin,
      vkey: project.vkey,
      sign(message) {
        signer ??= ed25519Signer(loadSigningKey(environment, project.origin));
        return signer.sign(message);
      },
    },
    trusted: readConfig(project.paths.config).trusted,
    get actor() {
      return localActorId(environment);
    },
    clock,
    objects,
    highWater: fileHighWaterMarks(join(assayHome(environment), 'high-water')),
  });
}
