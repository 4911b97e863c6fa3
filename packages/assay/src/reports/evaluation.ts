import type { SystemScores, Verdict } from '@assay/learn';

/** `evaluation.json`, written beside a trained model: how it does on the test texts, next to others on the same texts. */
export interface Evaluation {
  readonly labels: readonly string[];
  /** What was learned: the name of the reference labels. */
  readonly target: string;
  readonly seed: number;
  readonly parts: Readonly<Record<'train' | 'dev' | 'test', PartCounts>>;
  /** What could not be had of the split, in words. */
  readonly warnings: readonly string[];
  /** The majority class, every labeler, and the model. */
  readonly systems: readonly SystemScores[];
  readonly verdicts: readonly Verdict[];
  /** What the intervals drew: whole groups, or single items where the groups are too few. */
  readonly drawn: 'groups' | 'items';
  /** Where the model loses, or that it does not, in one sentence each. */
  readonly summary: readonly string[];
  /** Of the first member's training; `kept_epoch` is the one whose weights were kept. */
  readonly kept_epoch: number;
  readonly history: readonly {
    readonly epoch: number;
    readonly train_loss: number;
    readonly dev_loss: number | null;
    readonly dev_macro_f1: number | null;
  }[];
  /** Test texts with what the model said and which words mattered; those it got most wrong come first. */
  readonly examples: readonly EvaluatedExample[];
}

export interface PartCounts {
  readonly texts: number;
  /** Filings, or whatever the split keeps whole. */
  readonly groups: number;
  readonly labels: Readonly<Record<string, number>>;
}

export interface EvaluatedExample {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly predicted: string;
  readonly probabilities: Readonly<Record<string, number>>;
  /** Integrated gradients of the predicted label's probability, by token; `start` and `end` are offsets into `text`. */
  readonly tokens: readonly { readonly start: number; readonly end: number; readonly attribution: number }[];
}
