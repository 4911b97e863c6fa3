import { AssayError } from '../errors.ts';
import type { Artifact, Draft, RecordStore, SealedRecord } from '../records/index.ts';
import { type Described, type Proposal, parseVersion, proposeVersion } from './version.ts';

/** A score with its interval: `level` is 0.95 for a 95 % interval. */
export interface Score {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** The body of a `model-version` record. */
export interface ModelVersionBody {
  readonly name: string;
  /** Counts versions from 1, for clients whose versions are whole numbers. */
  readonly ordinal: number;
  readonly version: string;
  readonly because: string;
  readonly description: string;
  /** Which reader understands the files. */
  readonly flavor: 'assay-text-classifier';
  readonly signature: {
    readonly inputs: readonly TensorSpec[];
    readonly outputs: readonly TensorSpec[];
    readonly labels: readonly string[];
  };
  /** Names of the artifacts predictions depend on. */
  readonly files: readonly string[];
  readonly scores: Readonly<Record<string, Score>>;
}

/** Name, datatype and shape (−1 for variable) as the Open Inference Protocol writes them. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

export interface ModelVersion {
  readonly sealed: SealedRecord;
  readonly body: ModelVersionBody;
  /** Stages that point to this version now, `production` for one. */
  readonly stages: readonly string[];
}

export interface Registration {
  readonly name: string;
  readonly description?: string;
  readonly signature: ModelVersionBody['signature'];
  readonly artifacts: readonly Artifact[];
  /** Names of those artifacts that predictions depend on. */
  readonly files: readonly string[];
  readonly scores: ModelVersionBody['scores'];
  /** Refs of the run and the stage run that made it. */
  readonly run: string;
  readonly stageRun: string;
  /** Overrides the proposed version; must be above the newest one. */
  readonly version?: string;
}

interface Registered {
  readonly version: ModelVersion;
  readonly created: boolean;
}

interface Promotion {
  readonly sealed: SealedRecord;
  readonly moved: boolean;
  /** The version that was there before. */
  readonly from: string | undefined;
}

/** The body of a `model-stage` record: which version a stage of a model's life points to. */
interface ModelStageBody {
  readonly model: string;
  readonly stage: string;
  readonly version: string;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Which models may be used: their versions, and which of these is in which stage. Everything it knows is in records. */
export class ModelRegistry {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /**
   * Seals a new version; when one, newest first, has the same files, signature and description, answers with that.
   * @throws AssayError `ASSAY_MODEL_NAME`, `ASSAY_MODEL_VERSION_FORM`, `ASSAY_MODEL_VERSION_ORDER`.
   */
  async register(registration: Registration): Promise<Registered> {
    checkName(registration.name);
    return againAfterConflict(() => this.#register(registration));
  }

  async #register(registration: Registration): Promise<Registered> {
    const versions = await this.versions(registration.name);
    const newest = versions[0];
    const described = describe(registration.signature, registration.artifacts, registration.files);
    const description = registration.description ?? '';
    if (registration.version === undefined) {
      const known = versions.find(
        (version) =>
          sameContent(version, described) &&
          version.body.description === description &&
          sameFiles(version.sealed.record.artifacts, registration.artifacts),
      );
      if (known) return { version: known, created: false };
    }
    const proposal = propose(newest, described, registration.version);
    const body: ModelVersionBody = {
      name: registration.name,
      ordinal: (newest?.body.ordinal ?? 0) + 1,
      version: proposal.version,
      because: proposal.because,
      description,
      flavor: 'assay-text-classifier',
      signature: registration.signature,
      files: [...registration.files].sort(),
      scores: registration.scores,
    };
    const [sealed] = await this.#records.append([
      {
        kind: 'model-version',
        id: registration.name,
        revision: body.ordinal,
        version: body.version,
        event: newest ? 'updated' : 'created',
        body: encode(body),
        artifacts: registration.artifacts,
        parents: [
          { role: 'run', ref: registration.run },
          { role: 'trained-by', ref: registration.stageRun },
          ...(newest ? [{ role: 'previous', ref: `record:${newest.sealed.hash}` }] : []),
        ],
      },
    ]);
    return { version: { sealed: sealed!, body, stages: [] }, created: true };
  }

  /** Names of all models, in order of the alphabet. */
  async names(): Promise<readonly string[]> {
    const names = new Set<string>();
    for await (const sealed of everyRecord(this.#records, 'model-version')) names.add(sealed.record.id);
    return [...names].sort();
  }

  /** Every version of a model, newest first; empty when there is no such model. */
  async versions(name: string): Promise<readonly ModelVersion[]> {
    const history = await this.#records.history('model-version', name);
    if (history.length === 0) return [];
    const stages = await this.stages(name);
    const versions: ModelVersion[] = [];
    for (const sealed of history) {
      const body = await this.#body<ModelVersionBody>(sealed);
      const here = stages.filter((stage) => stage.ref === `record:${sealed.hash}`).map((stage) => stage.stage);
      versions.unshift({ sealed, body, stages: here });
    }
    return versions;
  }

  /** Each stage of a model and the version it points to now. */
  async stages(
    name: string,
  ): Promise<readonly { readonly stage: string; readonly ref: string; readonly sealed: SealedRecord }[]> {
    const newest = new Map<string, { stage: string; ref: string; sealed: SealedRecord }>();
    for await (const sealed of everyRecord(this.#records, 'model-stage')) {
      const slash = sealed.record.id.lastIndexOf('/');
      const [model, stage] = [sealed.record.id.slice(0, slash), sealed.record.id.slice(slash + 1)];
      if (model !== name || newest.has(stage)) continue;
      const parent = sealed.record.parents.find(({ role }) => role === 'model-version');
      if (parent) newest.set(stage, { stage, ref: parent.ref, sealed });
    }
    return [...newest.values()];
  }

  /**
   * Finds `NAME` (what is in production, else the newest), `NAME@M:m:p` or `NAME@STAGE`.
   * @throws AssayError `ASSAY_MODEL_NOT_FOUND`.
   */
  async find(reference: string): Promise<ModelVersion> {
    const { name, wanted } = splitReference(reference);
    const versions = await this.#existing(name);
    const found =
      wanted === undefined
        ? (versions.find(({ stages }) => stages.includes('production')) ?? versions[0])
        : versions.find(({ body, stages }) => body.version === wanted || stages.includes(wanted));
    if (found) return found;
    throw new AssayError('ASSAY_MODEL_NOT_FOUND', `model \`${name}\` has no version or stage \`${wanted}\``, {
      hint: `Its versions: ${versions.map(({ body, stages }) => [body.version, ...stages].join(' ')).join(', ')}.`,
    });
  }

  /**
   * Finds what is to be moved: `NAME` (the newest version), `NAME@M:m:p` or `NAME@STAGE`.
   * @throws AssayError `ASSAY_MODEL_NOT_FOUND`.
   */
  async findToPromote(reference: string): Promise<ModelVersion> {
    const { name, wanted } = splitReference(reference);
    return wanted === undefined ? (await this.#existing(name))[0]! : this.find(reference);
  }

  async #existing(name: string): Promise<readonly ModelVersion[]> {
    const versions = await this.versions(name);
    if (versions.length === 0) {
      const names = await this.names();
      throw new AssayError('ASSAY_MODEL_NOT_FOUND', `there is no model \`${name}\``, {
        hint:
          names.length > 0
            ? `There are: ${names.join(', ')}.`
            : 'No model is registered yet; a pipeline with a model output registers one.',
      });
    }
    return versions;
  }

  /**
   * Points a stage to a version and seals that; answers `moved: false` when it points there already.
   * @throws AssayError `ASSAY_MODEL_STAGE_NAME`.
   */
  async promote(version: ModelVersion, stage: string, note?: string): Promise<Promotion> {
    checkStage(stage);
    return againAfterConflict(() => this.#promote(version, stage, note));
  }

  async #promote(version: ModelVersion, stage: string, note: string | undefined): Promise<Promotion> {
    const id = `${version.body.name}/${stage}`;
    const ref = `record:${version.sealed.hash}`;
    const current = await this.#records.latest('model-stage', id);
    const currentRef = current?.record.parents.find(({ role }) => role === 'model-version')?.ref;
    if (current && currentRef === ref) return { sealed: current, moved: false, from: current.record.version };
    const [sealed] = await this.#records.append([await this.promotion(version, stage, note)]);
    return { sealed: sealed!, moved: true, from: current?.record.version };
  }

  /**
   * What pointing a stage to a version would seal.
   * @throws AssayError `ASSAY_MODEL_STAGE_NAME`.
   */
  async promotion(version: ModelVersion, stage: string, note?: string): Promise<Draft> {
    checkStage(stage);
    const id = `${version.body.name}/${stage}`;
    const ref = `record:${version.sealed.hash}`;
    const current = await this.#records.latest('model-stage', id);
    const body: ModelStageBody = { model: version.body.name, stage, version: version.body.version };
    const wasThere = (await this.#records.history('model-stage', id)).some(({ record }) =>
      record.parents.some((parent) => parent.ref === ref),
    );
    return {
      kind: 'model-stage',
      id,
      revision: (current?.record.revision ?? 0) + 1,
      version: version.body.version,
      event: current ? (wasThere ? 'rolled-back' : 'updated') : 'created',
      body: encode(body),
      parents: [
        { role: 'model-version', ref },
        ...(current ? [{ role: 'previous', ref: `record:${current.hash}` }] : []),
      ],
      ...(note === undefined ? {} : { note }),
    };
  }

  async #body<T>(sealed: SealedRecord): Promise<T> {
    const body = await this.#records.body(sealed.record.body);
    if (!body) {
      throw new AssayError(
        'ASSAY_RECORD_REDACTED',
        `the body of ${sealed.record.kind}/${sealed.record.id} revision ${sealed.record.revision} was redacted`,
      );
    }
    return JSON.parse(new TextDecoder().decode(body.bytes)) as T;
  }
}

/** `model-version/NAME@…`, as records are named, is a model too. */
function splitReference(reference: string): { readonly name: string; readonly wanted: string | undefined } {
  const [, name = '', wanted] = /^(?:model-version\/)?([^@]*)(?:@(.*))?$/s.exec(reference) ?? [];
  return { name, wanted };
}

/** Somebody else may add the next revision between reading the newest one and appending. */
async function againAfterConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'ASSAY_RECORD_CONFLICT') || attempt === 5) throw error;
    }
  }
}

async function* everyRecord(records: RecordStore, kind: string): AsyncGenerator<SealedRecord> {
  let before: number | undefined;
  while (true) {
    const page = await records.list({ kind, limit: 200, ...(before === undefined ? {} : { before }) });
    yield* page;
    if (page.length < 200) return;
    before = page[page.length - 1]!.index;
  }
}

function checkStage(stage: string): void {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(stage)) {
    throw new AssayError('ASSAY_MODEL_STAGE_NAME', `\`${stage}\` is no name for a stage`, {
      hint: 'Small letters, digits and hyphens, for instance production or staging.',
    });
  }
}

function checkName(name: string): void {
  if (namePattern.test(name)) return;
  throw new AssayError('ASSAY_MODEL_NAME', `\`${name}\` is no name for a model`, {
    hint: 'Letters, digits, dots, underscores and hyphens, at most 100, beginning with a letter or a digit.',
  });
}

function describe(signature: unknown, artifacts: readonly Artifact[], files: readonly string[]): Described {
  const digests: Record<string, string> = {};
  for (const artifact of artifacts) if (files.includes(artifact.name)) digests[artifact.name] = artifact.sha256;
  return { signature, files: digests };
}

function describeVersion(version: ModelVersion): Described & { readonly version: string } {
  const described = describe(version.body.signature, version.sealed.record.artifacts, version.body.files);
  return { ...described, version: version.body.version };
}

/** Those that tell about the model too, such as its evaluation. */
function sameFiles(one: readonly Artifact[], other: readonly Artifact[]): boolean {
  const written = (artifacts: readonly Artifact[]) => artifacts.map(({ name, sha256 }) => `${sha256} ${name}`).sort();
  return written(one).join('\n') === written(other).join('\n');
}

function sameContent(newest: ModelVersion, next: Described): boolean {
  const { signature, files } = describeVersion(newest);
  const sorted = (map: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(map).sort());
  return JSON.stringify(signature) === JSON.stringify(next.signature) && sorted(files) === sorted(next.files);
}

function propose(newest: ModelVersion | undefined, next: Described, wanted: string | undefined): Proposal {
  const proposal = proposeVersion(newest && describeVersion(newest), next);
  if (wanted === undefined) return proposal;
  const [a, b] = [parseVersion(wanted), newest ? parseVersion(newest.body.version) : { major: 0, minor: 0, patch: -1 }];
  const isAbove = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (isAbove <= 0) {
    throw new AssayError(
      'ASSAY_MODEL_VERSION_ORDER',
      `version ${wanted} is not above the newest one, ${newest?.body.version}`,
      {
        hint: `The proposed one is ${proposal.version} (${proposal.because}).`,
      },
    );
  }
  return { version: wanted, because: `chosen by hand; proposed was ${proposal.version} (${proposal.because})` };
}

function encode(body: unknown): { mediaType: string; bytes: Uint8Array } {
  return { mediaType: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(body)) };
}
