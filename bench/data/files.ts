import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Many small files of about 275 bytes with different contents, in folders of 700; the same each time. */
export function makeSmallFiles(folder: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const inner = join(folder, `part-${String(Math.floor(i / 700)).padStart(4, '0')}`);
    if (i % 700 === 0) mkdirSync(inner, { recursive: true });
    const line = `${i},${(i * 2654435761) % 4294967296}\n`;
    writeFileSync(join(inner, `${String(i).padStart(7, '0')}.csv`), line.repeat(Math.ceil(275 / line.length)));
  }
}

/** A file of so many MiB that does not compress, and is the same each time. */
export function makeLargeFile(path: string, mebibytes: number): void {
  const block = new Uint32Array(2 ** 18);
  let state = 88172645;
  for (let i = 0; i < block.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    block[i] = state;
  }
  const descriptor = openSync(path, 'w');
  for (let i = 0; i < mebibytes; i++) {
    block[0] = i;
    writeSync(descriptor, block);
  }
  closeSync(descriptor);
}
