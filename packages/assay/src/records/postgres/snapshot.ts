import type { ClientBase } from 'pg';
import { hexOf } from '../hashing.ts';
import type { SealedRecord } from '../record.ts';
import type { BodyRow, Calls, NodeRow, Snapshot, Storage } from '../storage.ts';
import { missingNode, storedRecord } from '../stored-record.ts';
import { edgeOf } from '../tree.ts';

/** Reads all that sealing these calls may ask, in a transaction that holds the head's lock. */
export async function readSnapshot(
  client: ClientBase,
  head: Awaited<ReturnType<Storage['head']>>,
  calls: Calls,
): Promise<Snapshot> {
  const drafts = calls.flat().map(({ draft }) => draft);
  const query = async (sql: string, values: readonly unknown[]) => (await client.query(sql, [...values])).rows;
  const node = await readNodes(query, edgeOf(head.size));

  const names = [...new Map(drafts.map(({ kind, id }) => [`${kind}/${id}`, { kind, id }])).values()];
  const lastRows = await query(
    `SELECT kind, id, (SELECT max(revision) FROM assay.record WHERE (kind, id) = (wanted.kind, wanted.id)) AS last
     FROM unnest($1::text[], $2::text[]) AS wanted (kind, id)`,
    [names.map(({ kind }) => kind), names.map(({ id }) => id)],
  );
  const last = new Map(lastRows.map((row) => [`${row.kind}/${row.id}`, Number(row.last ?? 0)]));

  const asked = drafts.filter(({ revision }) => revision !== undefined);
  const revisions = new Map<string, SealedRecord>();
  if (asked.length > 0) {
    const rows = await query(
      `SELECT idx, hash, entry FROM assay.record JOIN unnest($1::text[], $2::text[], $3::bigint[])
         AS wanted (kind, id, revision) USING (kind, id, revision)`,
      [asked.map(({ kind }) => kind), asked.map(({ id }) => id), asked.map(({ revision }) => revision)],
    );
    for (const found of rows.map(recordOf)) revisions.set(keyOf(found), found);
  }

  const parents = drafts.flatMap(({ parents: refs = [] }) =>
    refs.flatMap(({ ref }) => (/^record:[0-9a-f]{64}$/.test(ref) ? [Buffer.from(ref.slice(7), 'hex')] : [])),
  );
  const byHash = new Map<string, SealedRecord>();
  if (parents.length > 0) {
    const rows = await query('SELECT idx, hash, entry FROM assay.record WHERE hash = ANY ($1)', [parents]);
    for (const found of rows.map(recordOf)) byHash.set(found.hash, found);
  }

  const digests = [...revisions.values(), ...byHash.values()]
    .flatMap(({ record: { body, note } }) => [body, note])
    .flatMap((sealed) => (sealed ? [Buffer.from(sealed.digest, 'hex')] : []));
  const bodies = new Map<string, Pick<BodyRow, 'salt' | 'object'>>();
  if (digests.length > 0) {
    const rows = await query('SELECT digest, salt, object FROM assay.body WHERE digest = ANY ($1)', [digests]);
    for (const { digest, salt, object } of rows) bodies.set(hexOf(digest), { salt, object: object ?? undefined });
  }

  return {
    ...head,
    node,
    lastRevision: (kind, id) => last.get(`${kind}/${id}`) ?? 0,
    revision: (kind, id, revision) => revisions.get(`${kind}/${id}/${revision}`),
    byHash: (hash) => byHash.get(hexOf(hash)),
    body: (digest) => bodies.get(hexOf(digest)),
  };
}

/** Reads nodes of the tree at once. The answer throws AssayError `ASSAY_LEDGER_DAMAGED` for one that is not there. */
export async function readNodes(
  // biome-ignore lint/suspicious/noExplicitAny: rows of pg
  query: (sql: string, values: readonly unknown[]) => Promise<readonly any[]>,
  places: readonly Omit<NodeRow, 'hash'>[],
): Promise<(level: number, position: number) => Uint8Array> {
  const [levels, positions] = [places.map(({ level }) => level), places.map(({ position }) => position)];
  const rows = await query(
    `SELECT level, position, coalesce(node.hash, record.hash) AS hash
     FROM unnest($1::int[], $2::bigint[]) AS place (level, position)
     LEFT JOIN assay.node USING (level, position)
     LEFT JOIN assay.record ON level = 0 AND idx = position`,
    [levels, positions],
  );
  const hashes = new Map<string, Uint8Array | null>(rows.map((row) => [`${row.level}/${row.position}`, row.hash]));
  return (level, position) => {
    const hash = hashes.get(`${level}/${position}`);
    if (hash?.length !== 32) throw missingNode(level, position);
    return hash;
  };
}

function recordOf(row: { readonly idx: string; readonly hash: Uint8Array; readonly entry: Uint8Array }): SealedRecord {
  return storedRecord(Number(row.idx), row.hash, row.entry);
}

function keyOf({ record: { kind, id, revision } }: SealedRecord): string {
  return `${kind}/${id}/${revision}`;
}
