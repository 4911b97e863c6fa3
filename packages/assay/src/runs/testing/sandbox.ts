/** A project in a temporary folder, with everything real: for tests. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endLeftovers, ProcessExecutor } from '../../executors/index.ts';
import { openObjectStore } from '../../objects/index.ts';
import { readPipeline } from '../../pipelines/index.ts';
import {
  type Draft,
  ed25519Signer,
  fileHighWaterMarks,
  openSqliteRecords,
  type RecordStore,
  type Verification,
  verifyLedger,
} from '../../records/index.ts';
import { initProject, loadSigningKey, localActorId, type Project } from '../../workspace/index.ts';
import {
  Contents,
  type Implementation,
  LiveRuns,
  type Run,
  type RunEvent,
  type RunOptions,
  readStageRun,
  runPipeline,
  type StageRunBody,
} from '../index.ts';

export interface SandboxRun extends RunOptions {
  readonly file?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly implementation?: Implementation;
  /** Called after records were sealed; what it throws is as if the process had ended there. */
  readonly afterSealing?: (drafts: readonly Draft[]) => void;
  /** Another checkout of the same project. */
  readonly checkout?: Project;
}

export class Sandbox {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly project: Project;
  /** Of the last run. */
  events: RunEvent[] = [];

  constructor() {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-runs-')));
    this.environment = { ASSAY_HOME: join(this.folder, 'home'), PATH: process.env.PATH };
    writeFileSync(join(this.folder, 'assay.mjs'), '');
    mkdirSync(join(this.folder, 'project'));
    this.project = initProject(join(this.folder, 'project'), {
      environment: this.environment,
      now: new Date(),
    }).project;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(path: string): string {
    return join(this.project.root, path);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), text);
    }
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** Reads the pipeline and runs it, as the command line does. */
  async run(options: SandboxRun = {}): Promise<Run> {
    this.events = [];
    const project = options.checkout ?? this.project;
    const graph = await readPipeline(join(project.root, options.file ?? 'pipeline.yaml'), {
      root: project.root,
      overrides: options.set ?? {},
    });
    return this.open(async ({ records, live, contents }) =>
      runPipeline(
        graph,
        {
          project,
          records: options.afterSealing ? interrupted(records, options.afterSealing) : records,
          live,
          contents,
          executorOf: (run) => new ProcessExecutor({ runMarker: run, slots: 8, graceSeconds: 1 }),
          endLeftovers,
          implementation: options.implementation ?? (async () => undefined),
          // `assay …` in a stage does nothing here.
          launcher: join(this.folder, 'assay.mjs'),
          environment: this.environment,
          clock: () => new Date(),
        },
        {
          jobs: 4,
          ...options,
          onEvent: (event) => {
            this.events.push(event);
            options.onEvent?.(event);
          },
        },
      ),
    );
  }

  async open<T>(
    work: (parts: {
      readonly records: RecordStore;
      readonly live: LiveRuns;
      readonly contents: Contents;
    }) => Promise<T>,
  ): Promise<T> {
    const { paths, origin } = this.project;
    const store = openObjectStore(paths.objects);
    const live = await LiveRuns.open(paths.database);
    const records = await openSqliteRecords({
      databaseFile: paths.database,
      checkpointFile: paths.checkpoint,
      signer: ed25519Signer(loadSigningKey(this.environment, origin)),
      actor: localActorId(this.environment),
      clock: () => new Date(),
      objects: store,
      highWater: this.#highWater(),
    });
    try {
      return await work({ records, live, contents: new Contents(store) });
    } finally {
      await live.close();
      await records.close();
      await store.index.close();
    }
  }

  async verify(): Promise<Verification> {
    const { paths, vkey } = this.project;
    const objects = openObjectStore(paths.objects);
    try {
      return await verifyLedger({
        databaseFile: paths.database,
        checkpointFile: paths.checkpoint,
        vkey,
        objects,
        highWater: this.#highWater(),
      });
    } finally {
      await objects.index.close();
    }
  }

  async stageRun(run: Run, stage: string): Promise<StageRunBody> {
    const record = run.stages.find((one) => one.stage === stage)?.record;
    return this.open(async ({ records }) => readStageRun(records, (await records.get(record ?? ''))!));
  }

  #highWater() {
    return fileHighWaterMarks(join(this.folder, 'home', 'high-water'));
  }
}

function interrupted(records: RecordStore, after: (drafts: readonly Draft[]) => void): RecordStore {
  return new Proxy(records, {
    get(target, name: keyof RecordStore) {
      if (name !== 'append') return target[name].bind(target);
      return async (drafts: readonly Draft[]) => {
        const sealed = await target.append(drafts);
        after(drafts);
        return sealed;
      };
    },
  });
}

/** `stage: state`, in the pipeline's order. */
export function states(run: Run): Readonly<Record<string, string>> {
  return Object.fromEntries(run.stages.map(({ stage, state }) => [stage, state]));
}

/** Why each stage that was executed ran. */
export function ran(run: Run): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    run.stages.filter(({ state }) => state === 'succeeded').map(({ stage, because }) => [stage, because]),
  );
}

/** A pipeline of one stage with these blocks, each in YAML's flow style. */
export function pipeline(blocks: readonly string[], rest = ''): string {
  const list = blocks.map((block) => `      - ${block}\n`).join('');
  return `jdf: 2\nname: test\nversion: "1:0:0"\n${rest}stages:\n  - name: all\n    blocks:\n${list}`;
}
