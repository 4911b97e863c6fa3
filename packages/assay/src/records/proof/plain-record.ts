import type { LedgerRecord } from '../record.ts';

/** Printable ASCII that JSON writes as it is, without outer spaces. */
const text = (longest: number) => `[!#-\\[\\]-~](?:[ !#-\\[\\]-~]{0,${longest - 2}}[!#-\\[\\]-~])?`;
const HEX = '[0-9a-f]{64}';
const SIZE = '(?:0|[1-9][0-9]{0,14})';
const PART = '(?:0|[1-9][0-9]{0,8})';
const sealed = (name: string) => `"${name}":\\{"digest":"(${HEX})","mediaType":"(${text(200)})","size":(${SIZE})\\}`;
const artifact = `\\{(?:"kept":"dvc",)?"md5":"[0-9a-f]{32}(?:\\.dir)?","name":"${text(1024)}","sha256":"${HEX}","size":${SIZE}\\}`;
const parent = `\\{"ref":"(?:record|sha256):${HEX}","role":"${text(128)}"\\}`;
const list = (item: string) => `(\\[(?:${item}(?:,${item})*)?\\])`;

/** The canonical JSON of a record whose texts are plain: keys in their order, and what each may hold. */
const PLAIN = new RegExp(
  `^\\{"artifacts":${list(artifact)},"at":"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{3})?)Z",` +
    `${sealed('body')},"by":"(${text(256)})","event":"(created|updated|rolled-back|retired|redacted)","id":"(${text(256)})",` +
    `"kind":"([a-z][a-z0-9-]{0,62})",(?:${sealed('note')},)?"parents":${list(parent)},"revision":([1-9][0-9]{0,14}),` +
    `"v":1,"version":"(${PART}:${PART}:${PART})"\\}$`,
);

/** Records that were sealed together were sealed at one time: the last one that was found to exist. */
let knownTime = '';

/**
 * Reads an entry that is the canonical JSON of a record with plain ASCII texts, as nearly all are: one match in place of a
 * parse, a second writing and a check of each member. Undefined says nothing: `parseEntry` reads all others, and tells what is
 * wrong.
 *
 * @param entry its bytes, one character each
 */
export function parsePlainEntry(entry: string): LedgerRecord | undefined {
  if (entry.length > 65_535) return undefined;
  const match = PLAIN.exec(entry);
  if (match === null) return undefined;
  const [, artifacts, day, time, digest, mediaType, size, by, event, id, kind, noteDigest, noteType, noteSize] = match;
  const at = `${day}T${time}Z`;
  if (at !== knownTime) {
    const parsed = Date.parse(at);
    if (Number.isNaN(parsed) || new Date(parsed).toISOString().slice(0, 19) !== at.slice(0, 19)) return undefined;
    knownTime = at;
  }
  const [, , , , , , , , , , , , , , parents, revision, version] = match;
  return {
    v: 1,
    kind: kind!,
    id: id!,
    revision: Number(revision),
    version: version!,
    event: event as LedgerRecord['event'],
    at,
    by: by!,
    ...(noteDigest === undefined
      ? undefined
      : { note: { mediaType: noteType!, digest: noteDigest, size: Number(noteSize) } }),
    body: { mediaType: mediaType!, digest: digest!, size: Number(size) },
    artifacts: artifacts === '[]' ? [] : JSON.parse(artifacts!),
    parents: parents === '[]' ? [] : JSON.parse(parents!),
  };
}
