import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { checkout, Workplace } from '../../acceptance/workplace.ts';

/** The flagship with two epochs, in a project that has run nothing yet. */
export async function newFlagship(): Promise<Workplace> {
  const place = Workplace.empty();
  cpSync(`${checkout}/examples/edgar-sentiment`, place.root, { recursive: true });
  rmSync(place.path('build'), { recursive: true, force: true });
  place.edit('pipeline.yaml', /epochs: \d+/, 'epochs: 2');
  const { code, stderr } = await place.assay('init');
  if (code !== 0) throw new Error(`assay init ended with ${code}\n${stderr}`);
  return place;
}

/** One hash for all that the pipeline left in build/. */
export function resultOf(place: Workplace): string {
  const hash = createHash('sha256');
  const files = readdirSync(place.path('build'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
  for (const file of files) hash.update(`${file.slice(place.root.length)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** @throws when the ledger is not well, or has fewer records than before. */
export async function checkLedger(place: Workplace, when: string, before: number): Promise<number> {
  const { ok, records, failures } = await place.verify();
  if (!ok) throw new Error(`${when}: ${JSON.stringify(failures)}`);
  if (records < before) throw new Error(`${when}: there were ${before} records, and now ${records}`);
  return records;
}
