import { counted, MOST_LISTED, type ModelDescription } from './description.ts';
import { type PickleWalk, pickleDescription, walkPickles } from './pickle.ts';
import { damage, memorySource, type Source } from './source.ts';
import { unzip, zipEntries } from './zip.ts';

/** A zip file with pickles within, as torch.save writes it; undefined for other zip files. */
export function describeTorch(source: Source): ModelDescription | undefined {
  if (source.size < 4 || Buffer.from(source.bytes(0, 4, 'the beginning')).readUInt32LE() !== 0x04034b50)
    return undefined;
  const isNamed = /\.(pt|pth|ckpt|bin)$/i.test(source.name);
  let entries: ReturnType<typeof zipEntries>;
  try {
    entries = zipEntries(source);
  } catch (error) {
    if (isNamed) throw error;
    return undefined;
  }
  const pickled = entries.filter(({ name }) => /\.pkl$/i.test(name));
  if (pickled.length === 0) return undefined;
  if (pickled.length > 100) throw damage(source.name, pickled[100]!.at, `${pickled.length} pickles; at most 100`);
  const walks = pickled.map((entry) =>
    walkPickles(memorySource(`${source.name}: ${entry.name}`, unzip(source, entry))),
  );
  const walk: PickleWalk = {
    imports: [...new Set(walks.flatMap(({ imports }) => imports))].sort(),
    pickles: walks.reduce((sum, { pickles }) => sum + pickles, 0),
    protocol: Math.max(...walks.map(({ protocol }) => protocol)),
    calls: walks.some(({ calls }) => calls),
    end: source.size,
    stopped: walks.find(({ stopped }) => stopped)?.stopped,
  };
  const names = entries.slice(0, MOST_LISTED).map(({ name, size }) => ({ name, size }));
  // TorchScript's code lies beside its pickles.
  const layout = entries.some(({ name }) => /\/code\//.test(name)) ? 'TorchScript' : 'zip';
  const described = pickleDescription('torch', walk, { layout, entries: names });
  return { ...described, summary: `${counted(entries.length, 'entry', 'entries')}, ${described.summary}` };
}
