/** A project whose pipeline went from filings to a registered model, by the command line itself: for tests. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelRegistry } from '../../models/index.ts';
import { type FileObjectStore, openObjectStore } from '../../objects/index.ts';
import { ed25519Signer, fileHighWaterMarks, openSqliteRecords, type RecordStore } from '../../records/index.ts';
import { findProject, loadSigningKey, localActorId, type Project } from '../../workspace/index.ts';
import { StoredFiles } from '../index.ts';

const checkout = join(import.meta.dirname, '..', '..', '..', '..', '..');
const sample = join(checkout, 'examples', 'edgar-sentiment', 'sample');
const launcher = join(checkout, 'packages', 'assay', 'bin', 'assay.js');

const pipeline = `jdf: 2
name: calls
version: "1:0:0"
entities:
  - { name: filings, type: Data, version: "1:0:0", path: filings }
  - { name: reference, type: Data, version: "1:0:0", path: ours.jsonl }
stages:
  - name: Data
    blocks:
      - name: ingest
        inputs: { source: { entity: filings } }
        outputs: { filings: build/filings }
        run: assay edgar ingest --from \${inputs.source} --out \${outputs.filings}
      - name: parse
        inputs: { filings: }
        outputs: { paragraphs: build/paragraphs }
        run: assay transcript parse \${inputs.filings} --out \${outputs.paragraphs}
  - name: Build
    blocks:
      - name: train
        inputs: { paragraphs: , reference: { entity: reference } }
        outputs: { model: { path: build/model, role: model } }
        run: >-
          assay learn train --paragraphs \${inputs.paragraphs}/paragraphs.jsonl --target \${inputs.reference}
          --set epochs=1 --set embed.width=8 --out \${outputs.model}
connections:
  - { from: ingest.filings, to: parse.filings }
  - { from: parse.paragraphs, to: train.paragraphs }
`;

export interface TrainedProject {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly project: Project;
  readonly records: RecordStore;
  readonly objects: FileObjectStore;
  readonly files: StoredFiles;
  readonly models: ModelRegistry;
  /** Runs a command; answers with what it printed. @throws Error when it fails. */
  assay(...words: readonly string[]): string;
  remove(): Promise<void>;
}

export async function createTrainedProject(): Promise<TrainedProject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-trained-')));
  const root = join(folder, 'project');
  mkdirSync(join(root, 'filings'), { recursive: true });
  for (const number of [1, 2, 3, 4]) {
    const name = `0009990001-26-00000${number}.txt`;
    copyFileSync(join(sample, 'filings', name), join(root, 'filings', name));
  }
  copyFileSync(join(sample, 'labels', 'ours.jsonl'), join(root, 'ours.jsonl'));
  writeFileSync(join(root, 'pipeline.yaml'), pipeline);
  const environment = {
    PATH: process.env.PATH,
    ASSAY_HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  const assay = (...words: readonly string[]) => {
    const ended = spawnSync(process.execPath, [launcher, '-C', root, ...words], { env: environment, encoding: 'utf8' });
    if (ended.status === 0) return ended.stdout;
    throw new Error(`assay ${words.join(' ')} failed:\n${ended.stdout}${ended.stderr}`);
  };
  assay('init');
  assay('run', 'pipeline.yaml');
  const project = findProject(root);
  const objects = openObjectStore(project.paths.objects);
  const records = await openSqliteRecords({
    databaseFile: project.paths.database,
    checkpointFile: project.paths.checkpoint,
    signer: ed25519Signer(loadSigningKey(environment, project.origin)),
    actor: localActorId(environment),
    clock: () => new Date(),
    objects,
    highWater: fileHighWaterMarks(join(folder, 'home', 'high-water')),
  });
  return {
    folder,
    environment,
    project,
    records,
    objects,
    files: new StoredFiles(objects),
    models: new ModelRegistry(records),
    assay,
    async remove() {
      await records.close();
      await objects.index.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
