import type { SealedRecord } from '../records/index.ts';
import { type Planned, revisionOf, type Tracked } from '../track/index.ts';
import { shortHash } from './format.ts';
import type { Output } from './output.ts';
import type { TrackedModel } from './track-models.ts';

/** A revision as scripts get it. */
export function described(sealed: SealedRecord) {
  const { record, hash, index } = sealed;
  const { metadataFormat, data, files } = revisionOf(sealed);
  return {
    kind: record.kind,
    id: record.id,
    revision: record.revision,
    version: record.version,
    event: record.event,
    at: record.at,
    by: record.by,
    hash,
    index,
    metadata: { format: metadataFormat, size: record.body.size },
    data: data ? { format: data.format, ...hashesOf(data.artifact) } : null,
    files: files.map((file) => ({ name: file.name, ...hashesOf(file) })),
    parents: record.parents,
  };
}

export function printSealed(output: Output, sealed: SealedRecord, because?: string): void {
  const { record, hash } = sealed;
  const { green, bold, dim } = output.colors;
  output.print(
    `${green('✓')} ${bold(`${record.kind}/${record.id}@${record.version}`)} revision ${record.revision}, ${record.event}`,
  );
  if (because !== undefined) output.print(`  ${dim('because')} ${because}`);
  for (const { name, md5, sha256, size } of record.artifacts) {
    output.print(`  ${dim('file')} ${name}, ${size} bytes, md5 ${md5}, sha256 ${sha256}`);
  }
  output.print(`  ${dim('record')} ${hash}`);
}

export function printTracked(output: Output, tracked: Tracked, models: readonly TrackedModel[] = []): void {
  printSealed(output, tracked.sealed, tracked.because);
  printModels(output, models);
  const { because, changes, files, sealed } = tracked;
  output.result({ ...described(sealed), because, changes, changedFiles: files, models });
}

/** A line for each. */
export function printModels(output: Output, models: readonly TrackedModel[]): void {
  const { dim, red } = output.colors;
  for (const { file, model, problem } of models) {
    if (model === null) output.print(`  ${dim('model')} ${file} ${red(`damaged: ${problem}`)}`);
    else {
      output.print(
        `  ${dim('model')} ${file} ${model.format}, ${model.executable ? red(model.summary) : model.summary}`,
      );
    }
  }
}

export function printPlan(output: Output, plan: Planned): void {
  output.print(`${plan.version}  ${output.colors.dim(plan.because)}`);
  output.result(plan);
}

export function printRevisions(output: Output, revisions: readonly SealedRecord[]): void {
  output.table(
    ['record', 'revision', 'version', 'event', 'at', 'by', 'hash'],
    revisions.map(({ record, hash }) => [
      `${record.kind}/${record.id}`,
      record.revision,
      record.version,
      record.event,
      record.at,
      shortHash(record.by),
      shortHash(hash),
    ]),
  );
}

function hashesOf({ size, md5, sha256 }: { readonly size: number; readonly md5: string; readonly sha256: string }) {
  return { size, md5, sha256 };
}
