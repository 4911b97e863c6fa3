import type { LedgerRecord } from './record.ts';

/** How a record names what it links to. */
export const LINK = { parentRecord: 0, parentObject: 1, artifact: 2 } as const;

/** What a record names, as rows of links; the same one twice when it is named twice. */
export function linksOf(record: LedgerRecord): { readonly target: Uint8Array; readonly type: number }[] {
  const links = record.parents.map(({ ref }): { target: Uint8Array; type: number } => {
    const type = ref.startsWith('record:') ? LINK.parentRecord : LINK.parentObject;
    return { target: Buffer.from(ref.slice(ref.indexOf(':') + 1), 'hex'), type };
  });
  for (const { sha256 } of record.artifacts) links.push({ target: Buffer.from(sha256, 'hex'), type: LINK.artifact });
  return links;
}
