import type { TargetSummary } from '@assay/learn';
import { type ExplainedText, methodNotes } from './explanation-report.ts';
import { counted, share } from './figures.ts';
import { html } from './html.ts';
import { page, scrolling, section } from './page.ts';
import { labelChip } from './sentiment-chip.ts';
import { wordImportance } from './word-importance.ts';

/** Words of each label that are listed. */
const listed = 25;

/** Many explained texts as one self-contained HTML file: Captum's table of word importance, and the words over all texts. */
export function explanationsReport(report: {
  readonly model: string;
  readonly version: string | null;
  readonly explained: readonly ExplainedText[];
  readonly summary: readonly TargetSummary[];
}): string {
  const { explained, summary } = report;
  const name = report.version === null ? report.model : `${report.model}@${report.version}`;
  const rows = explained.map(
    ({ truth, label, probability, target, score, text, tokens }) => html`<tr>
<td>${truth === undefined ? '–' : labelChip(truth)}</td><td>${labelChip(label, html`&nbsp;${share(probability)}`)}</td><td>${labelChip(target)}</td>
<td class="number">${share(score)}</td><td class="wide">${wordImportance({ text, predicted: target, tokens })}</td></tr>`,
  );
  const table = html`<table class="rows"><thead><tr><th scope="col">True label</th><th scope="col">Predicted label (p)</th>
<th scope="col">Attribution label</th><th scope="col" class="number">Attribution score</th><th scope="col">Word importance</th></tr></thead><tbody>${rows}</tbody></table>`;
  const words = summary.map(({ target, texts, words }) => {
    const shown = words.slice(0, listed).map(
      ({
        word,
        texts,
        mean,
        meanAbsolute,
      }) => html`<tr><th scope="row">${word}</th><td class="number">${share(meanAbsolute, 3)}</td>
<td class="number">${share(mean, 3)}</td><td class="number">${texts}</td></tr>`,
    );
    return html`<div class="panel"><h3>${labelChip(target)} <small>${counted(texts, 'text')}</small></h3>
<table class="rows"><thead><tr><th scope="col">Word</th><th scope="col" class="number">Mean |attribution|</th><th scope="col" class="number">Mean</th><th scope="col" class="number">Texts</th></tr></thead><tbody>${shown}</tbody></table></div>`;
  });
  return page({
    title: `Why ${name} says what it says`,
    lead: [`${counted(explained.length, 'text')}, each with the words that spoke for a label.`],
    body: [
      section(
        'Over all texts',
        'Words by their mean |attribution| over the texts in which they occur, for each explained label apart.',
        html`<div class="panels" style="--panel:380px">${words}</div>`,
      ),
      section(
        'Word importance',
        'Coloured words spoke for the attribution label, the stronger the colour the more; underlined ones spoke against it.',
        html`<div class="panel">${scrolling('Texts and the importance of their words', table)}</div>`,
      ),
    ],
    footer: [...new Set(explained.map(({ method }) => method))].map((method) => methodNotes[method]),
  });
}
