import type { Span } from '../corpus.ts';
import { decodeLatin1, latin1 } from '../text/index.ts';
import { noHeader, parseHeader, type SubmissionHeader } from './header.ts';

/** `data`: XBRL, JSON and what the renderer adds; `uuencoded`: pictures, archives and workbooks. */
export type DocumentFormat = 'text' | 'html' | 'pdf' | 'uuencoded' | 'data';

/** One `<DOCUMENT>` of a submission. */
export interface FilingDocument {
  readonly type: string;
  readonly sequence: number | null;
  readonly filename: string | null;
  readonly description: string | null;
  readonly format: DocumentFormat;
  /** What lies between `<TEXT>` and `</TEXT>`: bytes into the filing as it came. */
  readonly content: Span;
}

/** A full submission text file. `raw` holds one character a byte, so its indexes are byte offsets. */
export interface Submission extends SubmissionHeader {
  readonly raw: string;
  /** Wrapped as Privacy-Enhanced Mail (RFC 1421), whose lines that begin with `-` are escaped by `- `. */
  readonly pem: boolean;
  readonly documents: readonly FilingDocument[];
  /** What is missing at the end or in the middle, in words; empty for a complete one. */
  readonly missing: readonly string[];
}

/** Documents that hold words; the rest are pictures, archives and data. */
export function isReadable(document: FilingDocument): boolean {
  return document.format === 'text' || document.format === 'html';
}

function formatOf(head: string, filename: string | null, type: string): DocumentFormat {
  const start = head.trimStart().slice(0, 4096);
  if (/^<PDF>/i.test(start)) return 'pdf';
  if (/^(?:<[A-Z]+>\s*)?begin [0-7]{3,4} \S/i.test(start)) return 'uuencoded';
  if (/^(?:XML|JSON|EX-101\b.*)$/i.test(type) || /^<(?:XML|JSON)>/i.test(start)) return 'data';
  if (
    /\.html?$/i.test(filename ?? '') ||
    /<(?:!doctype html|html|body|p|div|br|font|span|b)(?:\s[^>]*)?>/i.test(start)
  ) {
    return 'html';
  }
  return /^<\?xml/i.test(start) ? 'data' : 'text';
}

interface Block {
  readonly document: FilingDocument;
  readonly end: number;
  readonly missing: string | null;
}

/** Where `tag` stands at the beginning of a line, from `from` on; −1 if nowhere. */
function lineStart(raw: string, tag: string, from: number): number {
  for (let at = raw.indexOf(tag, from); at >= 0; at = raw.indexOf(tag, at + 1)) {
    if (at === 0 || raw[at - 1] === '\n') return at;
  }
  return -1;
}

function readDocument(raw: string, open: number, limit: number): Block {
  const next = lineStart(raw, '<DOCUMENT>', open + 10);
  const boundary = next >= 0 && next < limit ? next : limit;
  const closed = lineStart(raw, '</DOCUMENT>', open);
  const close = closed >= 0 && closed < boundary ? closed : -1;
  const end = close >= 0 ? close : boundary;
  const textTag = raw.indexOf('<TEXT>', open);
  const hasText = textTag >= 0 && textTag < end;
  const fields = raw.slice(open, hasText ? textTag : end);
  const field = (name: string): string | null => {
    const value = new RegExp(`^<${name}>(.*)$`, 'm').exec(fields)?.[1]?.trim();
    return value ? decodeLatin1(value) : null;
  };
  const textClose = hasText ? raw.lastIndexOf('</TEXT>', end) : -1;
  const content = hasText ? { start: textTag + 6, end: textClose > textTag ? textClose : end } : { start: end, end };
  const type = field('TYPE') ?? '';
  const filename = field('FILENAME');
  const sequence = field('SEQUENCE');
  const missing = close < 0 ? '</DOCUMENT>' : !hasText ? '<TEXT>' : textClose <= textTag ? '</TEXT>' : null;
  return {
    document: {
      type,
      sequence: sequence !== null && /^\d+$/.test(sequence) ? Number(sequence) : null,
      filename,
      description: field('DESCRIPTION'),
      format: formatOf(raw.slice(content.start, Math.min(content.end, content.start + 8192)), filename, type),
      content,
    },
    end,
    missing,
  };
}

/**
 * Reads a full submission text file as EDGAR hands it out: with or without the PEM wrapping of the 1990s, with
 * `<SEC-DOCUMENT>` and `<SEC-HEADER>`, or bare from the first `<DOCUMENT>` on. Never throws: what is missing is listed,
 * and `requireComplete` decides.
 */
export function parseSubmission(bytes: Uint8Array): Submission {
  const raw = latin1(bytes);
  const pem = /^\s*-----BEGIN PRIVACY-ENHANCED MESSAGE-----/.test(raw.slice(0, 200));
  const missing: string[] = [];
  const wrapper = /^<((?:SEC|IMS)-DOCUMENT)>/m.exec(raw.slice(0, 8192));
  const header = /^<((?:SEC|IMS)-HEADER)>/m.exec(raw.slice(0, 8192));
  let headerFields = noHeader;
  let from = 0;
  if (header) {
    const close = raw.indexOf(`</${header[1]}>`, header.index);
    if (close < 0) missing.push(`</${header[1]}>`);
    const firstDocument = lineStart(raw, '<DOCUMENT>', header.index);
    from = close >= 0 ? close : firstDocument >= 0 ? firstDocument : raw.length;
    headerFields = parseHeader(raw.slice(header.index, from));
  }
  let limit = raw.length;
  if (wrapper) {
    const close = raw.lastIndexOf(`</${wrapper[1]}>`);
    if (close < from) missing.push(`</${wrapper[1]}>`);
    else limit = close;
  }
  const documents: FilingDocument[] = [];
  for (let open = lineStart(raw, '<DOCUMENT>', from); open >= 0 && open < limit; ) {
    const block = readDocument(raw, open, limit);
    documents.push(block.document);
    if (block.missing) missing.push(`${block.missing} of document ${documents.length}`);
    open = lineStart(raw, '<DOCUMENT>', block.end);
  }
  if (documents.length === 0) missing.push('any <DOCUMENT>');
  else if (headerFields.documentCount !== null && documents.length < headerFields.documentCount) {
    missing.push(`${headerFields.documentCount - documents.length} of ${headerFields.documentCount} documents`);
  }
  if (pem && !raw.includes('-----END PRIVACY-ENHANCED MESSAGE-----')) {
    missing.push('-----END PRIVACY-ENHANCED MESSAGE-----');
  }
  return { ...headerFields, raw, pem, documents, missing };
}
