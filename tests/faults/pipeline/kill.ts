/**
 * Kills `assay run` of the flagship at random moments, again and again, and checks each time that the ledger is well; that
 * the next run ends the killed one, goes on with what it had finished, and comes to the same files as a run that nobody killed.
 *
 *     node tests/faults/pipeline/kill.ts [KILLS]
 */
import { ended, executed, type RunResult, reused } from '../../acceptance/workplace.ts';
import { checkLedger, newFlagship, resultOf } from './flagship.ts';

const kills = Number(process.argv[2] ?? 60);
// Each round has a seed of its own, so that training, the longest stage, has to be done anew.
const setting = (round: number) => [
  '--set',
  `seed=${round}`,
  '--set',
  `labelers=[${round % 2 ? 'vader,afinn' : 'vader,lexicon'}]`,
];

const expected = new Map<number, string>();
const quiet = await newFlagship();
const started = performance.now();
await quiet.run(...setting(0));
const duration = performance.now() - started;
const place = await newFlagship();
let records = await checkLedger(place, 'at the beginning', 0);
const known = new Set<string>();
let caught = 0;
let kept = 0;
try {
  for (let round = 1; round <= kills; round++) {
    const child = place.start(['run', 'pipeline.yaml', ...setting(round), '--json']);
    const end = ended(child);
    const moment = Math.random() * duration;
    const timer = setTimeout(() => child.kill('SIGKILL'), moment);
    const { signal } = await end;
    clearTimeout(timer);
    if (signal === 'SIGKILL') caught++;
    const when = `round ${round}, killed after ${moment.toFixed(0)} ms`;
    records = await checkLedger(place, when, records);
    const runs = await place.json<readonly RunResult[]>('runs', '--limit', '1');
    // A process killed early has left no run: then the newest is an older one.
    const killed = runs[0] !== undefined && !known.has(runs[0].run) ? runs[0] : undefined;
    const finished = killed?.stages.filter(({ state, record }) => state === 'succeeded' && record !== null) ?? [];
    if (killed) known.add(killed.run);
    // Not each is taken up at once, so that a killed run may also follow a killed run.
    if (round % 3 !== 0 && round !== kills) continue;
    const run = await place.run(...setting(round));
    known.add(run.run);
    if (run.state !== 'succeeded') throw new Error(`${when}: the next run ${run.state}`);
    const again = Object.keys(executed(run));
    for (const { stage } of finished) {
      if (again.includes(stage)) throw new Error(`${when}: ${stage} had finished, and was executed again`);
      kept++;
    }
    if (Object.keys(reused(run)).length + again.length !== 5) throw new Error(`${when}: ${JSON.stringify(run.stages)}`);
    if (!expected.has(round)) {
      await quiet.run(...setting(round));
      expected.set(round, resultOf(quiet));
    }
    if (resultOf(place) !== expected.get(round)) throw new Error(`${when}: other files than of a run nobody killed`);
    records = await checkLedger(place, `${when}, taken up`, records);
    console.log(
      `${round} kills: ${caught} met a run under way; ${records} records, ${kept} finished stages kept, none lost`,
    );
  }
  const runs = await place.json<readonly RunResult[]>('runs', '--limit', '1000');
  const open = runs.filter(({ state, record }) => state === 'running' || record === null);
  if (open.length > 0) throw new Error(`${open.length} runs were never brought to their end`);
} finally {
  place.remove();
  quiet.remove();
}
