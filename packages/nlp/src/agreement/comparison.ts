import type { Disagreement } from './disagreements.ts';
import type { AgainstReference } from './reference-scores.ts';

/** The ends of a percentile interval; null where the figure is not defined. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

export interface PairComparison {
  readonly labelers: readonly [string, string];
  /** Texts that both labelled. */
  readonly items: number;
  readonly agreement: number | null;
  readonly cohen_kappa: number | null;
  readonly cohen_kappa_interval: Interval;
  /** With disagreements weighted by the categories' distance and by its square; null where they have no order. */
  readonly weighted_kappa: { readonly linear: number | null; readonly quadratic: number | null } | null;
}

/** What always giving the reference's most frequent label would reach. */
export interface Majority {
  readonly label: string;
  readonly accuracy: number;
  readonly macro_f1: number;
}

/** How far labelers agree with each other and with a reference. A figure that is not defined is null. */
export interface Comparison {
  readonly labelers: readonly string[];
  readonly categories: readonly string[];
  /** The categories go from low to high. */
  readonly ordered: boolean;
  readonly items: number;
  readonly coverage: Readonly<Record<string, { readonly labelled: number; readonly share: number }>>;
  /** Labeler → category → how often. */
  readonly distribution: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly pairs: readonly PairComparison[];
  /** Labeler → labeler → κ, both ways. */
  readonly cohen_kappa: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /** Over the texts that every labeler labelled. */
  readonly fleiss_kappa: number | null;
  readonly fleiss_kappa_interval: Interval;
  readonly fleiss_kappa_items: number;
  /** Nominal; texts with a single label do not count. */
  readonly krippendorff_alpha: number | null;
  readonly krippendorff_alpha_interval: Interval;
  /** At each level of measurement; ordinal and interval are null where the categories have no order. */
  readonly krippendorff_alpha_by_level: {
    readonly nominal: number | null;
    readonly ordinal: number | null;
    readonly interval: number | null;
  };
  /** `counts[i][j]`: texts that `rows` gave category i and `columns` category j. */
  readonly confusion: readonly {
    readonly rows: string;
    readonly columns: string;
    readonly counts: readonly (readonly number[])[];
  }[];
  readonly reference: {
    readonly name: string;
    /** Texts with a reference label. */
    readonly items: number;
    /** Category → how often, on these texts. */
    readonly distribution: Readonly<Record<string, number>>;
    readonly majority: Majority;
  } | null;
  /** Labeler → its scores; empty without a reference. */
  readonly against_reference: Readonly<Record<string, AgainstReference>>;
  /** The texts that labelers differ on most. */
  readonly disagreements: readonly Disagreement[];
  /** Texts on which not all labels are the same. */
  readonly disputed_items: number;
  readonly bootstrap: {
    readonly resamples: number;
    readonly confidence: number;
    readonly seed: number;
    readonly groups: number;
    /** What was drawn: whole groups, or single texts where the groups are fewer than ten, too few for an interval. */
    readonly drawn: 'groups' | 'texts';
  };
}
