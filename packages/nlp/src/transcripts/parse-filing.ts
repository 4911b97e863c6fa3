import type { CallLine, Paragraph } from '../corpus.ts';
import { type FilingDocument, isReadable, type Submission } from '../edgar/index.ts';
import { NlpError } from '../errors.ts';
import { fold, sentenceBounds } from '../text/index.ts';
import { type FoundCall, findCall } from './find-call.ts';
import { documentLines } from './lines.ts';
import { paragraphsOf, wrappingOf } from './paragraphs.ts';

export interface ParsedFiling {
  readonly call: CallLine;
  readonly paragraphs: readonly Paragraph[];
}

function describe(document: FilingDocument, at: number): string {
  return `${at + 1} ${document.type || 'untyped'} (${document.format})`;
}

function withoutCall(documents: readonly FilingDocument[]): string {
  const list = documents.map(describe).join(', ');
  if (!documents.some(isReadable)) return `no document with words: ${list}`;
  return `no speaker's turn under a heading "Presentation" or "Questions and Answers" in document ${list}`;
}

/**
 * Finds the call in a submission and cuts it into speakers' turns, paragraphs and sentences. Calls in several documents
 * of one filing are numbered on as one. All offsets are bytes into the filing as it came.
 *
 * Throws `ASSAY_TRANSCRIPT_ENCODING` where the call holds bytes that are no text.
 */
export function parseFiling(submission: Submission, accession: string): ParsedFiling {
  const found: FoundCall[] = [];
  try {
    for (const document of submission.documents) {
      const call = isReadable(document) ? findCall(documentLines(submission, document)) : null;
      if (call) found.push(call);
    }
    const first = found[0];
    if (!first) return { call: { accession, call: null, without: withoutCall(submission.documents) }, paragraphs: [] };
    const paragraphs: Paragraph[] = [];
    let turns = 0;
    for (const call of found) {
      readParagraphs(call, accession, turns, paragraphs);
      turns += call.turns.length;
    }
    return {
      call: {
        accession,
        call: {
          title: first.title,
          heldAt: first.heldAt,
          layout: first.layout,
          participants: found.flatMap((call) => call.roster.list),
          turns,
          paragraphs: paragraphs.length,
        },
        without: null,
      },
      paragraphs,
    };
  } catch (error) {
    if (!(error instanceof NlpError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new NlpError(error.code, `${accession}: ${error.message}`, { ...hint, cause: error });
  }
}

function readParagraphs(call: FoundCall, accession: string, turnsBefore: number, into: Paragraph[]): void {
  const { raw, markup } = call.lines;
  const wrapping = wrappingOf(raw, call.turns);
  for (const [index, turn] of call.turns.entries()) {
    const { name, affiliation, position } = turn.speaker;
    const side = call.roster.side(name, turn.speaker);
    for (const ranges of paragraphsOf(call.lines, turn.lines, wrapping)) {
      const folded = fold(raw, ranges, markup);
      const { text } = folded;
      if (text === '') continue;
      const sentences = [];
      const bounds = sentenceBounds(text);
      for (let at = 0; at < bounds.length; at += 2) {
        const from = bounds[at]!;
        const to = bounds[at + 1]!;
        const { start, end } = folded.bytes(from, to);
        sentences.push({ start, end, text: text.slice(from, to) });
      }
      const { start, end } = folded.bytes(0, text.length);
      into.push({
        id: `${accession}#${into.length + 1}`,
        accession,
        start,
        end,
        section: turn.section,
        turn: turnsBefore + index + 1,
        speaker: name,
        side,
        affiliation,
        position,
        text,
        sentences,
      });
    }
  }
}
