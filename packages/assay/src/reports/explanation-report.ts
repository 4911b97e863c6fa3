import type { ExplanationMethod, Faithfulness } from '@assay/learn';
import { share } from './figures.ts';
import { html } from './html.ts';
import { facts, page, scrolling, section } from './page.ts';
import { wordImportance } from './word-importance.ts';

/** One text, what a model said of it, and how much each word spoke for a label. */
export interface ExplainedText {
  readonly method: ExplanationMethod;
  readonly text: string;
  /** The reference label, where it is known. */
  readonly truth?: string;
  readonly label: string;
  readonly probability: number;
  /** The label that is explained; the predicted one unless another was asked for. */
  readonly target: string;
  /** The sum of the attributions, and how far it is from what it should be. */
  readonly score: number;
  readonly delta: number;
  readonly faithfulness?: Faithfulness;
  /** `start` and `end` are offsets into `text`. */
  readonly tokens: readonly { readonly start: number; readonly end: number; readonly attribution: number }[];
}

export const methodNotes: Readonly<Record<ExplanationMethod, string>> = {
  'integrated-gradients': 'Integrated gradients from a baseline of padding: 50 steps, Gauss–Legendre quadrature.',
  lime: 'LIME: a weighted linear model of what the model says when words are removed at random; all occurrences of a word go together.',
  'kernel-shap':
    'Kernel SHAP: each word’s share of the difference to the text with all words masked, over coalitions of words.',
  'partition-shap':
    'Partition SHAP: Owen values over a tree of neighbouring words, against the text with all words masked.',
  occlusion: 'Occlusion: how far the probability falls when a word is removed.',
};

const signed = (value: number, digits: number) => value.toFixed(digits).replace('-', '−');

/** An explanation as one self-contained HTML file. */
export function explanationReport(
  explained: ExplainedText & { readonly model: string; readonly version: string | null },
): string {
  const { model, version, method, text, truth, label, probability, target, score, delta, tokens, faithfulness } =
    explained;
  const strongest = tokens.toSorted((a, b) => Math.abs(b.attribution) - Math.abs(a.attribution)).slice(0, 20);
  const rows = strongest.map(
    ({ start, end, attribution }) =>
      html`<tr><th scope="row">${text.slice(start, end)}</th><td>${signed(attribution, 4)}</td></tr>`,
  );
  const table = html`<table><thead><tr><th scope="col">Word</th><th scope="col">Attribution</th></tr></thead><tbody>${rows}</tbody></table>`;
  const name = version === null ? model : `${model}@${version}`;
  return page({
    title: `Why ${name} says ${label}`,
    lead: [
      `It gives ${label} a probability of ${share(probability)}; shown is what spoke for ${target}.`,
      ...(truth === undefined ? [] : [`The reference label is ${truth}.`]),
    ],
    body: [
      facts([
        { name: 'Attribution score', value: share(score), detail: `sum over the words, for ${target}` },
        {
          name: 'Convergence delta',
          value: delta.toExponential(1).replace('-', '−'),
          detail: 'how far the score is from the change in probability',
        },
        ...(faithfulness === undefined
          ? []
          : [
              {
                name: 'Deletion area',
                value: share(faithfulness.deletion.area),
                detail: `${share(faithfulness.deletion.randomArea)} by chance; lower is more faithful`,
              },
              {
                name: 'Insertion area',
                value: share(faithfulness.insertion.area),
                detail: `${share(faithfulness.insertion.randomArea)} by chance; higher is more faithful`,
              },
            ]),
      ]),
      section(
        'The text',
        `Coloured words spoke for ${target}, the stronger the colour the more; underlined ones spoke against it.`,
        wordImportance({ text, predicted: target, tokens }),
      ),
      section('The words that mattered most', 'In order of size.', scrolling('Words and their attributions', table)),
    ],
    footer: methodNotes[method],
  });
}
