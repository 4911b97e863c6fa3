import { share } from './figures.ts';
import { html } from './html.ts';
import { facts, page, scrolling, section } from './page.ts';
import { wordImportance } from './word-importance.ts';

/** One text, what a model said of it, and how much each word spoke for a label. */
export interface ExplainedText {
  readonly model: string;
  readonly version: string;
  readonly text: string;
  readonly label: string;
  readonly probability: number;
  /** The label that is explained; the predicted one unless another was asked for. */
  readonly target: string;
  /** The sum of the attributions, and how far it is from what it should be. */
  readonly score: number;
  readonly delta: number;
  /** `start` and `end` are offsets into `text`. */
  readonly tokens: readonly { readonly start: number; readonly end: number; readonly attribution: number }[];
}

/** An explanation as one self-contained HTML file. */
export function explanationReport(explained: ExplainedText): string {
  const { model, version, text, label, probability, target, score, delta, tokens } = explained;
  const strongest = tokens.toSorted((a, b) => Math.abs(b.attribution) - Math.abs(a.attribution)).slice(0, 20);
  const rows = strongest.map(
    ({ start, end, attribution }) =>
      html`<tr><th scope="row">${text.slice(start, end)}</th><td>${attribution.toFixed(4).replace('-', '−')}</td></tr>`,
  );
  const table = html`<table><thead><tr><th scope="col">Word</th><th scope="col">Attribution</th></tr></thead><tbody>${rows}</tbody></table>`;
  return page({
    title: `Why ${model}@${version} says ${label}`,
    lead: [`It gives ${label} a probability of ${share(probability)}; shown is what spoke for ${target}.`],
    body: [
      facts([
        { name: 'Attribution score', value: share(score), detail: `sum over the words, for ${target}` },
        {
          name: 'Convergence delta',
          value: delta.toExponential(1).replace('-', '−'),
          detail: 'near 0: nothing is left out',
        },
      ]),
      section(
        'The text',
        `Coloured words spoke for ${target}, the stronger the colour the more; underlined ones spoke against it.`,
        wordImportance({ text, predicted: target, tokens }),
      ),
      section('The words that mattered most', 'In order of size.', scrolling('Words and their attributions', table)),
    ],
    footer: 'Integrated gradients from a baseline of padding: 50 steps, Gauss–Legendre quadrature.',
  });
}
