/** Projects with the studio's server in front of them, on a free port: for tests. */

import { StoredFiles } from '../../lineage/index.ts';
import { createTrainedProject, type TrainedProject } from '../../lineage/testing/trained-project.ts';
import { ModelRegistry } from '../../models/index.ts';
import { type FileObjectStore, openObjectStore } from '../../objects/index.ts';
import { ed25519Signer, fileHighWaterMarks, openSqliteRecords, type RecordStore } from '../../records/index.ts';
import { LiveRuns } from '../../runs/index.ts';
import { Sandbox } from '../../runs/testing/sandbox.ts';
import { type Listening, listen } from '../../serving/index.ts';
import { readCosigned } from '../../witness/index.ts';
import { loadSigningKey, localActorId, type Project } from '../../workspace/index.ts';
import { ChangeFeed, createStudioApp, type Explainer, openExplainer } from '../index.ts';

export interface Served {
  readonly url: string;
  readonly listening: Listening;
  readonly changes: ChangeFeed;
  readonly faults: readonly unknown[];
  stop(): Promise<void>;
}

async function serve(
  project: Project,
  records: RecordStore,
  objects: FileObjectStore,
  explain: Explainer,
): Promise<Served> {
  const live = await LiveRuns.open(project.paths.database);
  const changes = await ChangeFeed.open(project.paths.database, records, live);
  const faults: unknown[] = [];
  const app = createStudioApp(
    {
      name: 'calls',
      ledger: {
        project: { origin: project.origin, vkey: project.vkey },
        cosigned: () => readCosigned(project.paths.cosigned),
        lineage: { records, files: new StoredFiles(objects) },
        objects,
        temporary: project.paths.temporary,
        live,
        models: new ModelRegistry(records),
        explain,
      },
      repository: undefined,
      changes,
      onFault: (error) => faults.push(error),
    },
    { host: '127.0.0.1', files: undefined },
  );
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url: listening.url,
    listening,
    changes,
    faults,
    async stop() {
      changes.close();
      await listening.drain(1);
      await live.close();
    },
  };
}

/** Filings, a trained model, and everything between: see `createTrainedProject`. */
export async function serveTrainedProject(): Promise<Served & { readonly trained: TrainedProject }> {
  const trained = await createTrainedProject();
  const { project, records, objects } = trained;
  const served = await serve(project, records, objects, openExplainer(objects));
  return {
    ...served,
    trained,
    async stop() {
      await served.stop();
      await trained.remove();
    },
  };
}

const pipeline = `jdf: 2
name: calls
version: "1:0:0"
entities:
  - { name: reference, type: Data, version: "1:0:0", path: reference.txt }
stages:
  - name: Report
    blocks:
      - name: report
        inputs: { reference: { entity: reference } }
        outputs: { report: { path: build/report.html, role: report } }
        run: ["node", "-e", "require('fs').writeFileSync(process.argv[2], '<!doctype html>' + require('fs').readFileSync(process.argv[1]))", "\${inputs.reference}", "\${outputs.report}"]
`;

/** One quick stage, and a model that answers every explanation alike. */
export async function serveSmallProject(): Promise<
  Served & { readonly sandbox: Sandbox; readonly records: RecordStore; readonly objects: FileObjectStore }
> {
  const sandbox = new Sandbox();
  sandbox.write({ 'pipeline.yaml': pipeline, 'reference.txt': 'one' });
  const { record } = await sandbox.run();
  const { project, environment } = sandbox;
  const objects = openObjectStore(project.paths.objects);
  const records = await openSqliteRecords({
    databaseFile: project.paths.database,
    checkpointFile: project.paths.checkpoint,
    signer: ed25519Signer(loadSigningKey(environment, project.origin)),
    actor: localActorId(environment),
    clock: () => new Date(),
    objects,
    highWater: fileHighWaterMarks(`${sandbox.folder}/high-water`),
  });
  await new ModelRegistry(records).register({
    name: 'calls',
    signature: { inputs: [], outputs: [], labels: ['negative', 'positive'] },
    artifacts: [],
    files: [],
    scores: {},
    run: `record:${record}`,
    stageRun: `record:${record}`,
  });
  const served = await serve(project, records, objects, async () => ({
    label: 'positive',
    predicted: 'positive',
    probabilities: { negative: 0.25, positive: 0.75 },
    tokens: [],
    delta: 0,
  }));
  return {
    ...served,
    sandbox,
    records,
    objects,
    async stop() {
      await served.stop();
      await records.close();
      await objects.index.close();
      sandbox.remove();
    },
  };
}
