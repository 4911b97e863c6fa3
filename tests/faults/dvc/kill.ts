/**
 * Ends every command that writes in a DVC repository by force, at each of its changes of the file system or at some of them, and
 * checks each time that no object is half, that nothing is lost, that `assay status` (and DVC's, where it is installed) can be
 * asked, and that the same command, given again, comes to the same as one that nobody ended.
 *
 *     node tests/faults/dvc/kill.ts [DEATHS-PER-COMMAND [COMMAND…]]
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Repository, Said } from '../../interop/repository.ts';
import { interopTool } from '../../interop/tools.ts';
import { checkWhole } from './check.ts';
import { copyOf, origin, type Scenario, scenariosNamed } from './scenarios.ts';
import { difference, stateOf } from './state.ts';

const [deaths = '1000', ...names] = process.argv.slice(2);
const hasDvc = isThere('dvc/bin/dvc');
if (!hasDvc) console.log("DVC is not installed (tests/interop/install.sh): only Assay's own status is asked");
const template = origin();
let ended = 0;
let faults = 0;
try {
  const open = [...scenariosNamed(names).entries()];
  const lane = async () => {
    for (let next = open.shift(); next; next = open.shift()) {
      const [i, scenario] = next;
      const started = performance.now();
      const { tried, of } = await tryScenario(scenario, hasDvc && (Number(deaths) > 5 || i % 4 === 0));
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(`${scenario.name}: ended at ${tried} of ${of} changes (${seconds} s)`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, lane));
  console.log(`${ended} processes ended by force, ${faults} with harm`);
  if (ended === 0) throw new Error('none met its end: this tested nothing');
  if (faults > 0) process.exitCode = 1;
} finally {
  template.remove();
}

async function tryScenario(
  scenario: Scenario,
  asksDvc: boolean,
): Promise<{ readonly tried: number; readonly of: number }> {
  const before = copyOf(template);
  await scenario.prepare(before);
  const quiet = copyOf(before);
  try {
    const state = stateOf(before.base);
    const counter = join(quiet.base, 'home/changes');
    const first = await run(quiet, scenario.words, { ASSAY_FAULT_COUNT: counter });
    if (first.code !== 0) throw new Error(`${scenario.name} does not work at all: ${first.err}`);
    const of = Number(readFileSync(counter, 'utf8'));
    const expected = stateOf(quiet.base);
    const points = spread(of, Number(deaths));
    for (const [i, point] of points.entries()) {
      const place = copyOf(before);
      try {
        await tryDeath(scenario, place, point, state, expected, asksDvc && i === points.length - 1);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        console.log(`FAULT ${scenario.name}, ended at change ${point} of ${of} (${place.base}): ${why}`);
        faults++;
        continue;
      }
      place.remove();
    }
    return { tried: points.length, of };
  } finally {
    before.remove();
    quiet.remove();
  }
}

async function tryDeath(
  scenario: Scenario,
  place: Repository,
  point: number,
  before: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  asksDvc: boolean,
): Promise<void> {
  const { code } = await run(place, scenario.words, { ASSAY_FAULT_AT: String(point) });
  if (code === -1) ended++;
  const harm = await checkWhole(place, scenario, before);
  if (harm !== undefined) throw new Error(harm);
  if (asksDvc) {
    const dvc = await place.dvc('status');
    if (dvc.code !== 0) throw new Error(`dvc status: ${dvc.err}`);
  }
  const again = await place.assay(...(scenario.again ?? scenario.words));
  const differs = difference(expected, stateOf(place.base));
  if (differs.length > 0)
    throw new Error(`given again (${again.code} ${again.err}), it came to something else: ${differs.join(', ')}`);
}

function run(place: Repository, words: readonly string[], variables: NodeJS.ProcessEnv): Promise<Said> {
  const options = {
    cwd: place.root,
    env: { ...place.environment(), ASSAY_FAULT_UNDER: place.base, ...variables },
  };
  const load = ['--import', join(import.meta.dirname, 'die.ts')];
  return new Promise((done) => {
    execFile(process.execPath, [...load, ...place.launched(...words)], options, (error, out, err) => {
      done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}

/** So many of the numbers from 1 on, the last among them. */
function spread(of: number, wanted: number): readonly number[] {
  const count = Math.min(of, wanted);
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * of) / count));
}

function isThere(tool: string): boolean {
  try {
    interopTool(tool);
    return true;
  } catch {
    return false;
  }
}
