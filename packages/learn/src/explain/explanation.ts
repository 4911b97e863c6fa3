import type { Token } from '../tokens/index.ts';

export type ExplanationMethod = 'integrated-gradients' | 'lime' | 'kernel-shap' | 'partition-shap' | 'occlusion';

export interface AttributedToken extends Token {
  /** How much this token raised (above 0) or lowered the target's probability. */
  readonly attribution: number;
}

/** What spoke for a label in one text, by any method. */
export interface Explanation {
  readonly method: ExplanationMethod;
  /** The most probable label, and its probability. */
  readonly label: string;
  readonly probability: number;
  readonly target: string;
  /** The target's probability for the text, and for the baseline: the text with all its words taken away or masked. */
  readonly targetProbability: number;
  readonly baselineProbability: number;
  readonly tokens: readonly AttributedToken[];
  /** The sum of the attributions; a word that LIME sees once for all its occurrences counts once. */
  readonly score: number;
  /**
   * Convergence delta: how far the score is from targetProbability − baselineProbability. Near 0 for integrated gradients
   * and SHAP, which distribute that difference; occlusion and LIME do not claim to.
   */
  readonly delta: number;
}

/** An explanation of a model that is only asked. */
export interface BlackBoxExplanation extends Explanation {
  /** Different texts that the model was asked about. */
  readonly evaluations: number;
}
