import { findRun, readStageLog, secondsBetween, shortId } from '../runs/index.ts';
import { defineCommand } from './command.ts';
import { counts, runResult, stageLine, stateColor, summary } from './run-report.ts';

export const command = defineCommand({
  arguments: ['[REF]'],
  options: {
    limit: { short: 'n', value: 'N', number: true, default: 20, description: 'how many of the newest runs to list' },
    pipeline: { value: 'NAME', description: 'list only runs of this pipeline' },
    log: { value: 'STAGE', description: 'print what this stage wrote in the run' },
  },
  details: 'REF is the id of a run, the beginning of one, or `latest`. Without it the newest runs are listed.',
  async run({ arguments: [ref], options, context, output }) {
    const live = await context.live();
    const { bold, dim } = output.colors;
    if (ref === undefined) {
      const runs = await live.list({
        limit: Math.max(1, Math.floor(options.limit)),
        ...(options.pipeline === undefined ? {} : { pipeline: options.pipeline }),
      });
      if (runs.length === 0) output.print('No runs yet. Start one: assay run FILE');
      else {
        output.table(
          ['run', 'pipeline', 'state', 'started', 'seconds', 'stages'],
          runs.map((run) => [
            shortId(run.id),
            `${run.pipeline} ${run.detail.version}`,
            stateColor(run.state, output.colors)(run.state),
            run.started.replace(/\.\d+Z$/, 'Z'),
            run.ended ? secondsBetween(run.started, run.ended).toFixed(1) : '',
            counts(run),
          ]),
          ['left', 'left', 'left', 'left', 'right', 'left'],
        );
      }
      output.result(runs.map(runResult));
      return 0;
    }
    const run = await findRun(live, ref);
    if (options.log !== undefined) {
      const stage = run.stages.find((one) => one.stage === options.log);
      // What a cached stage wrote was written in the run that executed it.
      const from = stage?.source !== undefined && stage.source !== run.id ? await findRun(live, stage.source) : run;
      let text = '';
      const decoder = new TextDecoder();
      for (let at = 0; ; ) {
        const { bytes, next } = await readStageLog(from, options.log, at);
        if (bytes.length === 0) break;
        const part = decoder.decode(bytes, { stream: true });
        text += part;
        at = next;
      }
      output.print(text.trimEnd());
      output.result({ run: from.id, stage: options.log, log: text });
      return 0;
    }
    output.print(`${bold(run.pipeline)} ${run.detail.version}  run ${run.id}`);
    output.print(`${summary(run, output.colors)}  ${dim(`started ${run.started}`)}`);
    const { code, environment } = run.detail;
    if (code) {
      const patch = code.dirty
        ? ` with ${code.patch ? `a patch of ${code.patch.size} bytes` : 'changes'} not committed`
        : '';
      output.print(`code    ${code.commit ?? 'no commit yet'}${patch}`);
    }
    output.print(
      `ran on  ${environment.os} ${environment.arch}, ${environment.cpus} processors, Node ${environment.node}, Assay ${environment.assay}`,
    );
    for (const [name, value] of Object.entries(run.detail.parameters))
      output.print(`${dim('set')}     ${name} = ${JSON.stringify(value)}`);
    output.print();
    const width = Math.max(...run.stages.map(({ stage }) => stage.length));
    for (const stage of run.stages) {
      output.print(stageLine(stage, width, output.colors));
      if (stage.message !== undefined) output.print(`  ${output.colors.red(stage.message)}`);
    }
    output.result({ ...runResult(run), code: code ?? null, environment });
    return 0;
  },
});
