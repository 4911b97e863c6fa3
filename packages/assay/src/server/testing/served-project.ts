/** A trained project with the studio's server in front of it, on a free port: for tests. */
import { createTrainedProject, type TrainedProject } from '../../lineage/testing/trained-project.ts';
import { LiveRuns } from '../../runs/index.ts';
import { type Listening, listen } from '../../serving/index.ts';
import { ChangeFeed, createStudioApp, openExplainer } from '../index.ts';

export interface ServedProject {
  readonly trained: TrainedProject;
  readonly url: string;
  readonly listening: Listening;
  readonly changes: ChangeFeed;
  readonly faults: unknown[];
  remove(): Promise<void>;
}

export async function serveTrainedProject(files?: string): Promise<ServedProject> {
  const trained = await createTrainedProject();
  const { project, records, objects, models } = trained;
  const live = await LiveRuns.open(project.paths.database);
  const changes = await ChangeFeed.open(project.paths.database, records, live);
  const faults: unknown[] = [];
  const app = createStudioApp(
    {
      project: { name: 'calls', origin: project.origin, vkey: project.vkey },
      lineage: { records, files: trained.files },
      objects,
      live,
      models,
      explain: openExplainer(objects),
      changes,
      onFault: (error) => faults.push(error),
    },
    { host: '127.0.0.1', files },
  );
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    trained,
    url: listening.url,
    listening,
    changes,
    faults,
    async remove() {
      changes.close();
      await listening.drain(1);
      await live.close();
      await trained.remove();
    },
  };
}
