import { NlpError } from '../errors.ts';

export interface BudgetLimits {
  readonly usd?: number;
  readonly requests?: number;
}

/** What a run has spent, retries included; refuses the request that would pass a limit. */
export class Budget {
  readonly #limits: BudgetLimits;
  #usd = 0;
  #requests = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** @throws {NlpError} ASSAY_LABEL_BUDGET_REACHED, with nothing spent. */
  spend(usd: number): void {
    const { usd: mostUsd = Infinity, requests: mostRequests = Infinity } = this.#limits;
    // A billionth of a dollar of slack for sums of binary fractions.
    if (this.#usd + usd > mostUsd + 1e-9) {
      throw reached(`$${this.#usd.toFixed(4)} of $${mostUsd} is spent, the next request costs $${usd.toFixed(4)}`);
    }
    if (this.#requests + 1 > mostRequests) throw reached(`all of ${mostRequests} requests are sent`);
    this.#usd += usd;
    this.#requests += 1;
  }
}

function reached(how: string): NlpError {
  return new NlpError('ASSAY_LABEL_BUDGET_REACHED', `Labeling stopped before passing its budget: ${how}.`, {
    hint: 'Raise the budget and run again with the same cache: what was answered is not asked again.',
  });
}
