/** The lines of the files that pass from stage to stage. Each file is JSON Lines, UTF-8, `\n`. */

/** One line of `filings.jsonl`, written beside the folder of filings as they came. */
export interface FilingLine {
  /** `0001234567-26-000001` */
  readonly accession: string;
  readonly form: string;
  /** Where the bytes are, relative to the manifest's folder, with `/`. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** `YYYY-MM-DD`, or null where the header does not tell. */
  readonly filedAt: string | null;
  readonly companies: readonly {
    readonly role: 'filer' | 'subject' | 'filed-by';
    readonly name: string;
    readonly cik: string;
  }[];
}

/** One line of `calls.jsonl`: a filing, and the call found in it, or why none was. */
export interface CallLine {
  readonly accession: string;
  readonly call: {
    readonly title: string | null;
    readonly heldAt: string | null;
    readonly layout: 'streetevents' | 'marked-names';
    readonly participants: readonly {
      readonly name: string;
      readonly affiliation: string | null;
      readonly position: string | null;
      readonly side: 'company' | 'conference-call';
    }[];
    readonly turns: number;
    readonly paragraphs: number;
  } | null;
  /** Why there is no call; null where there is one. */
  readonly without: string | null;
}

export type Section = 'presentation' | 'questions-and-answers';
export type SpeakerSide = 'company' | 'conference-call' | 'operator' | 'unknown';

/** Offsets are bytes into the filing as it came, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One line of `paragraphs.jsonl`. */
export interface Paragraph extends Span {
  /** `<accession>#<n>`: the n-th paragraph of the call, from 1. */
  readonly id: string;
  readonly accession: string;
  readonly section: Section;
  /** Number of the speaker's turn in the call, from 1. */
  readonly turn: number;
  readonly speaker: string;
  readonly side: SpeakerSide;
  readonly affiliation: string | null;
  readonly position: string | null;
  /** Decoded, entities and line breaks resolved, white space folded. */
  readonly text: string;
  readonly sentences: readonly (Span & { readonly text: string })[];
}

export const sentiments = ['negative', 'neutral', 'positive'] as const;
export type Sentiment = (typeof sentiments)[number];

/** One line of `labels.jsonl`: what every labeler said of one text; null where it gave no answer. */
export interface LabelLine {
  readonly id: string;
  readonly labels: Readonly<Record<string, string | null>>;
  /** The signed score in [−1, 1] where the labeler has one. */
  readonly scores?: Readonly<Record<string, number | null>>;
  /** In how many parts a labeler was asked, where the text is longer than it takes. */
  readonly parts?: Readonly<Record<string, number>>;
}
