import { headOf } from '../../data/index.ts';
import type { RecordStore } from '../../records/index.ts';
import type { ApiDependencies, StudioDependencies } from '../dependencies.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type { ProjectView } from '../schemas/index.ts';
import { listModels } from './models.ts';
import { listRuns } from './runs.ts';

/** Counts records by kind, going on from where it was: each entry is read once. */
export class KindCounts {
  readonly #counts = new Map<string, number>();
  #size = 0;
  #counting: Promise<void> = Promise.resolve();

  async count(records: Pick<RecordStore, 'size' | 'entries'>): Promise<ProjectView['counts']> {
    const counted = this.#counting.then(() => this.#goOn(records));
    this.#counting = counted.catch(() => {});
    await counted;
    return [...this.#counts]
      .map(([kind, count]) => ({ kind, records: count }))
      .sort((a, b) => b.records - a.records || (a.kind < b.kind ? -1 : 1));
  }

  async #goOn(records: Pick<RecordStore, 'size' | 'entries'>): Promise<void> {
    for await (const { index, record } of records.entries(this.#size, await records.size())) {
      this.#counts.set(record.kind, (this.#counts.get(record.kind) ?? 0) + 1);
      this.#size = index + 1;
    }
  }
}

export async function showProject(
  { name, ledger, repository }: Pick<StudioDependencies, 'name' | 'ledger' | 'repository'>,
  counts: KindCounts,
): Promise<ProjectView> {
  return {
    name,
    repository: repository ? await showRepository(repository) : null,
    ...(ledger
      ? await showLedger(ledger, counts)
      : { origin: null, vkey: null, ledger: null, counts: [], runs: [], models: [] }),
  };
}

async function showLedger({ project, lineage, live, models }: ApiDependencies, counts: KindCounts) {
  const { records } = lineage;
  return {
    origin: project.origin,
    vkey: project.vkey,
    ledger: { size: await records.size(), checkpoint: (await records.checkpoint()) ?? null },
    counts: await counts.count(records),
    runs: (await listRuns(live, { limit: 5 })).items,
    models: await listModels(models),
  };
}

async function showRepository(reader: RepositoryReader): Promise<ProjectView['repository']> {
  const { branch, head } = await headOf(reader.workplace);
  return { tracks: await reader.tracks(), branch: branch ?? null, head: head ?? null };
}
