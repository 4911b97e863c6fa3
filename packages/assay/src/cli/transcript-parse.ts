import { resolve } from 'node:path';
import { parseFilings } from '@assay/nlp';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['DIR'],
  options: {
    out: { value: 'DIR', required: true, description: 'folder for paragraphs.jsonl and calls.jsonl' },
  },
  details:
    'DIR is what `assay edgar ingest` wrote. Every paragraph and sentence carries its byte offsets into the filing as it came.',
  async run({ arguments: [folder = '.'], options, context, output, signal }) {
    const progress = output.progress('parse', 'filings');
    const summary = await parseFilings({
      from: resolve(context.directory, folder),
      to: resolve(context.directory, options.out),
      signal,
      onProgress: (done, total) => progress.update(done, total),
    }).finally(() => progress.end());
    output.print(
      `${summary.filings} filings, ${summary.calls} calls: ${summary.participants} participants, ${summary.turns} turns, ` +
        `${summary.paragraphs} paragraphs, ${summary.sentences} sentences`,
    );
    for (const { accession, reason } of summary.without) output.print(`${accession} holds no call: ${reason}`);
    output.result(summary);
    return 0;
  },
});
