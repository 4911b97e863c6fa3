import type { TrackedDocument, TrackSubmission, Uploaded } from '../api/index.ts';

export type Format = TrackedDocument['format'];

/** A document as a person writes it; bytes that are no text are kept as base64. */
export interface DraftDocument {
  readonly format: Format;
  readonly text: string;
  readonly base64?: string;
}

/** A file on its way to the server, or there. */
export interface DraftFile {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** 0 to 1. */
  readonly sent: number;
  readonly uploaded?: Uploaded;
  readonly problem?: string;
}

/** What a person has filled in so far. */
export interface Draft {
  readonly metadata: DraftDocument;
  readonly data: DraftDocument;
  readonly files: readonly DraftFile[];
  readonly removed: readonly string[];
  readonly note: string;
  readonly version: string;
}

export const emptyDraft: Draft = {
  metadata: { format: 'json', text: '' },
  data: { format: 'json', text: '' },
  files: [],
  removed: [],
  note: '',
  version: '',
};

export const draftOf = (metadata: DraftDocument): Draft => ({ ...emptyDraft, metadata });

export function isFilled({ text, base64 }: DraftDocument): boolean {
  return base64 !== undefined || text.trim() !== '';
}

function documentOf({ format, text, base64 }: DraftDocument): TrackedDocument {
  return base64 === undefined ? { format, text } : { format, base64 };
}

/** What is sent for a draft: what was left empty is left out. */
export function submissionOf({ metadata, data, files, removed, note, version }: Draft): TrackSubmission {
  const sent = files.flatMap(({ name, uploaded }) => (uploaded ? [{ name, sha256: uploaded.sha256 }] : []));
  return {
    ...(isFilled(metadata) ? { metadata: documentOf(metadata) } : {}),
    ...(isFilled(data) ? { data: documentOf(data) } : {}),
    ...(sent.length > 0 ? { files: sent } : {}),
    ...(removed.length > 0 ? { removeFiles: [...removed] } : {}),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
    ...(version.trim() === '' ? {} : { version: version.trim() }),
  };
}

/** What a file's name and bytes are as a document; undefined where the ending tells no format that is allowed. */
export async function readDocumentFile(file: File, allowed: readonly Format[]): Promise<DraftDocument | undefined> {
  const ending = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const format = ({ yml: 'yaml', '10n': 'ion' } as Record<string, Format>)[ending] ?? (ending as Format);
  if (!allowed.includes(format)) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return { format, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    let binary = '';
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { format, text: '', base64: btoa(binary) };
  }
}
