import { basename, resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { endLeftovers, ProcessExecutor } from '../executors/index.ts';
import { parseOverride, type ReadOptions, readPipeline } from '../pipelines/index.ts';
import { Contents, type Run, runPipeline } from '../runs/index.ts';
import { defineCommand } from './command.ts';
import { registerModels } from './register-models.ts';
import { RunReport, runResult } from './run-report.ts';
import { implementationOf, launcher } from './stage-code.ts';

export const command = defineCommand({
  arguments: ['FILE'],
  options: {
    set: { value: 'NAME=VALUE', repeat: true, description: 'give a parameter another value, for this run' },
    jobs: {
      short: 'j',
      value: 'N',
      number: true,
      description: 'how many stages side by side (default: as many as processors)',
    },
    force: { short: 'f', description: 'execute every stage, whatever is known of it' },
    wait: { description: 'wait for another run of this checkout to end, instead of being refused' },
    environment: {
      value: 'NAME=WHERE',
      repeat: true,
      description: 'supply an environment that is not here: `process`, or the bin folder of a toolchain',
    },
    model: {
      value: 'NAME=COMMAND',
      repeat: true,
      description: 'supply the command of a model whose code is kept elsewhere',
    },
    acceptRole: { value: 'ROLE', repeat: true, description: 'answer for an access role, which cannot be enforced yet' },
  },
  details: [
    'A stage is executed only when its code, command, environment, inputs, parameters or declared outputs are not those of an',
    'earlier execution; each stage says why it ran, or why not. A run that was killed is brought to its end by the next one.',
    'The file is a JDF, or a dvc.yaml, whose stages then run as `assay repro` runs them.',
    '',
    'Exit codes: 0 all stages came to a result or were skipped; 1 a stage failed, or nothing could be started; 2 a mistake in the',
    'command line; 130 cancelled by SIGINT or SIGTERM, after every process of every stage has ended.',
  ].join('\n'),
  async run({ arguments: [file = ''], options, context, output, signal }) {
    if (basename(file) === 'dvc.yaml') {
      const { runDvcYaml } = await import('./run-dvc-yaml.ts');
      const { set, environment, model, acceptRole, force } = options;
      const lists = { set, environment, model, 'accept-role': acceptRole };
      const others = [
        ...Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [`--${name}`] : [])),
        ...(options.wait ? ['--wait'] : []),
      ];
      return runDvcYaml(context, file, { jobs: checkJobs(options.jobs), force, signal, others }, output);
    }
    const project = context.project();
    const graph = await readPipeline(resolve(context.directory, file), readOptions(options, project.root));
    const jobs = checkJobs(options.jobs);
    context.checkCanSeal();
    const store = context.objects();
    const [records, live] = [await context.records(), await context.live()];
    const report = new RunReport(output);
    try {
      const run = await runPipeline(
        graph,
        {
          project,
          live,
          records,
          contents: new Contents(store),
          executorOf: (id) => new ProcessExecutor({ runMarker: id, ...(jobs === undefined ? {} : { slots: jobs }) }),
          endLeftovers,
          implementation: implementationOf,
          launcher: launcher ?? '',
          environment: context.environment,
          clock: context.clock,
        },
        {
          ...(jobs === undefined ? {} : { jobs }),
          force: options.force,
          wait: options.wait,
          command: `assay run ${file}`,
          onEvent: (event) => report.tell(event),
          signal,
        },
      );
      const { registered, passedOver } = await registerModels(run, records, store);
      for (const { output: path, reason } of passedOver) output.print(`${path} was not registered: ${reason}`);
      for (const { version, created } of registered) {
        const name = `${version.body.name}@${version.body.version}`;
        output.print(created ? `registered ${name} (${version.body.because})` : `${name} has these files already`);
      }
      output.result({
        ...runResult(run),
        models: registered.map(({ version, created }) => ({
          name: version.body.name,
          version: version.body.version,
          record: version.sealed.hash,
          created,
        })),
      });
      return exitCode(run);
    } finally {
      report.close();
    }
  },
});

function exitCode(run: Run): number {
  if (run.state === 'cancelled') return 130;
  return run.state === 'succeeded' ? 0 : 1;
}

function checkJobs(jobs: number | undefined): number | undefined {
  if (jobs === undefined || (Number.isInteger(jobs) && jobs >= 1)) return jobs;
  throw new AssayError('ASSAY_RUN_JOBS', `--jobs is ${jobs}`, { hint: 'Give a whole number of at least 1.' });
}

function readOptions(
  options: {
    readonly set: readonly string[];
    readonly environment: readonly string[];
    readonly model: readonly string[];
    readonly acceptRole: readonly string[];
  },
  root: string,
): ReadOptions {
  const environments = options.environment.map((text) => pair(text, 'environment', 'NAME=process or NAME=FOLDER'));
  const models = options.model.map((text) => pair(text, 'model', 'NAME="COMMAND"'));
  return {
    root,
    overrides: Object.fromEntries(options.set.map(parseOverride)),
    environments: Object.fromEntries(
      environments.map(([name, where]) => [name, where === 'process' ? 'process' : { path: [where] }]),
    ),
    models: Object.fromEntries(models.map(([name, run]) => [name, { run }])),
    acceptRoles: options.acceptRole,
  };
}

function pair(text: string, option: string, form: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0 && equals < text.length - 1) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new AssayError('ASSAY_RUN_OPTION', `--${option} ${text}: there is no name and value in it`, {
    hint: `Write --${option} ${form}.`,
  });
}
