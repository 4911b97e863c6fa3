import { makeSmallFiles } from './files.ts';
import { commandOf, measure, settle } from './programs.ts';
import { type Row, seconds } from './row.ts';
import { Workspace } from './workspace.ts';

const count = Number(process.env.ASSAY_BENCH_MILLION ?? 1_000_000);
const most = 1000;

/** Assay alone: DVC would take a quarter of an hour, and its memory is not what was promised here. */
export const millionFiles: Row = {
  summary: `${count.toLocaleString('en')} files: Assay's memory`,
  run(parent) {
    const workspace = new Workspace('assay', parent);
    try {
      makeSmallFiles(workspace.path('data'), count);
      settle();
      console.log(`| ${count.toLocaleString('en')} files | Assay | peak MiB (aim: at most ${most}) |`);
      console.log('|---|---|---|');
      const tell = (words: readonly string[]) => {
        const { root, environment } = workspace;
        const run = measure([...commandOf('assay'), ...words], root, environment);
        const peak = run.peak?.toFixed(0) ?? 'not known';
        const cell = run.peak !== undefined && run.peak > most ? `**${peak}**` : peak;
        console.log(`| \`${words.join(' ')}\` | ${seconds(run.seconds)} | ${cell} |`);
      };
      tell(['add', '-q', 'data']);
      tell(['add', '-q', 'data']);
      tell(['status']);
      workspace.commit('data');
      tell(['data', 'status']);
      tell(['diff']);
    } finally {
      workspace.end();
    }
  },
};
