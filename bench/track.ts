/**
 * Tracked records: created, found by their fields, as of a time, listed as a history, counted.
 *
 *     node bench/track.ts [RECORDS]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContext } from '../packages/assay/src/cli/context.ts';
import { parseQuery, SearchIndex, searchRecords, Tracker, trackStatistics } from '../packages/assay/src/track/index.ts';
import { initProject } from '../packages/assay/src/workspace/index.ts';

const count = Number(process.argv[2] ?? 100_000);
const AT_ONCE = 256;
const TIMES = 7;

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-track-'));
const environment = { ASSAY_HOME: join(folder, 'home') };
const { project } = initProject(folder, { environment, now: new Date() });
const context = openContext(folder, environment);
const index = new SearchIndex(project.paths.search);
try {
  const tracker = new Tracker(await context.records(), context.objects(), index);
  const metadata = (n: number) => ({
    name: 'metadata',
    format: 'json' as const,
    bytes: Buffer.from(
      JSON.stringify({
        name: `model ${n}`,
        team: `team-${n % 40}`,
        scores: { f1: ((n * 7919) % count) / count, loss: n / 1000 },
        trained: '2026-01-31',
      }),
    ),
  });
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < count; n = next++) {
        await tracker.create({ kind: 'experiment', id: `e${n}`, metadata: metadata(n) });
      }
    }),
  );
  const created = (performance.now() - started) / 1000;
  const middle = new Date();
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (let n = 0; n < 50; n++) await tracker.update({ kind: 'experiment', id: 'e7', metadata: metadata(count + n) });
  const following = performance.now();
  await index.follow(tracker);
  const followed = (performance.now() - following) / 1000;
  console.log('| tracked records | |\n|---|---|');
  console.log(`| records | ${count} |`);
  console.log(`| created, ${AT_ONCE} callers | ${Math.round(count / created)} a second |`);
  console.log(
    `| taken into the index of searches, from nothing | ${followed.toFixed(1)} s, ${Math.round(count / followed)} a second |`,
  );
  console.log(`| that index | ${(statSync(project.paths.search).size / 2 ** 20).toFixed(0)} MiB |`);
  const queries: readonly (readonly [string, Date?])[] = [
    ['scores.f1>0.999'],
    ['scores.f1<0.00001'],
    ['team=team-7 scores.f1>0.9'],
    [`name="model ${Math.floor(count / 2)}"`],
    ['name~"el 4242"'],
    ['team!=team-7'],
    ['team=nobody'],
    ['kind:experiment e4242'],
    ['scores.f1>0.999', middle],
  ];
  for (const [query, asOf] of queries) {
    let found = 0;
    const took = await times(async () => {
      found = (await searchRecords(tracker, parseQuery(query), asOf === undefined ? {} : { asOf })).length;
    });
    console.log(`| \`${query}\`${asOf ? ', as of an earlier time' : ''}: ${found} found | ${took} |`);
  }
  const scanned = new Tracker(tracker.records, tracker.objects);
  const looked = performance.now();
  await searchRecords(scanned, parseQuery('team=nobody'));
  console.log(`| \`team=nobody\` without the index | ${Math.round(performance.now() - looked)} ms |`);
  console.log(`| history of 51 revisions | ${await times(() => tracker.history('experiment', 'e7'))} |`);
  console.log(
    `| as of a time, one record | ${await times(() => tracker.revision('experiment', 'e7', 'newest', middle))} |`,
  );
  console.log(`| statistics | ${await times(() => trackStatistics(tracker))} |`);
} finally {
  await index.close();
  await context.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Median and slowest of a few calls. */
async function times(work: () => Promise<unknown>): Promise<string> {
  const all: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const start = performance.now();
    await work();
    all.push(performance.now() - start);
  }
  all.sort((a, b) => a - b);
  return `${all[TIMES >> 1]!.toFixed(1)} ms, slowest ${all.at(-1)!.toFixed(1)} ms`;
}
