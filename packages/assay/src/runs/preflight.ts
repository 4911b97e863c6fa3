import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { AssayError } from '../errors.ts';
import { type Condition, evaluateCondition, type Stage, type StageGraph } from '../pipelines/index.ts';

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Stages that will not run whatever happens, each with the reason: inactive, a condition on parameters that does not hold,
 * or an input from such a stage.
 */
export function passedOver(graph: StageGraph): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const stage of graph.stages) {
    const source = stage.inputs.find(({ from }) => from !== undefined && reasons.has(from.stage));
    if (stage.status === 'inactive') reasons.set(stage.id, 'it is inactive');
    else if (source?.from)
      reasons.set(stage.id, `its input ${source.port} comes from ${source.from.stage}, which is passed over`);
    else if (stage.when && !asksMetric(stage.when)) {
      const holds = evaluateCondition(stage.when, { parameters: graph.parameters, metric: () => null });
      if (!holds) reasons.set(stage.id, 'its condition does not hold');
    }
  }
  return reasons;
}

/**
 * Everything that can be known to be missing is told before anything starts, all of it at once.
 * @throws AssayError with the first problem's code: `ASSAY_RUN_ENVIRONMENT_UNAVAILABLE`, `ASSAY_RUN_FILE_MISSING`,
 * `ASSAY_RUN_OUTPUT_UNSAFE`; `ASSAY_RUN_OUTSIDE_PROJECT`.
 */
export function checkBeforeRun(graph: StageGraph, projectRoot: string): void {
  if (graph.directory !== projectRoot && !isUnder(projectRoot, graph.directory)) {
    throw new AssayError('ASSAY_RUN_OUTSIDE_PROJECT', `${graph.file} lies outside of the project ${projectRoot}`, {
      hint: 'Run it in the project that it belongs to: `assay -C DIR run FILE`; make that one by `assay init`.',
    });
  }
  const over = passedOver(graph);
  const stages = graph.stages.filter((stage) => !over.has(stage.id));
  const problems = [
    ...unavailable(stages),
    ...stages.flatMap((stage) => missing(graph, stage)),
    ...stages.flatMap((stage) => unsafeOutputs(graph, stage, projectRoot)),
  ];
  const [first] = problems;
  if (!first) return;
  const others = problems.slice(1).map(({ message }) => `\n  ${message}`);
  throw new AssayError(first.code, `${graph.file}: ${first.message}${others.join('')}`, { hint: first.hint });
}

function unavailable(stages: readonly Stage[]): readonly Problem[] {
  const byReason = new Map<string, string[]>();
  for (const { id, environment } of stages) {
    if (environment.kind !== 'unavailable') continue;
    const reason = environment.reason ?? `the environment ${environment.name} is not available`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
  }
  return [...byReason].map(([reason, ids]) => ({
    code: 'ASSAY_RUN_ENVIRONMENT_UNAVAILABLE',
    message: `${ids.join(', ')} cannot run here: ${reason}`,
    hint: 'Nothing was started. Supply what is missing, or make these blocks inactive.',
  }));
}

function missing(graph: StageGraph, stage: Stage): readonly Problem[] {
  const problems: Problem[] = [];
  const written = graph.stages.flatMap(({ outputs }) => outputs.map(({ path }) => path));
  const madeByRun = (path: string) => written.some((output) => path === output || path.startsWith(`${output}/`));
  const check = (path: string, what: string) => {
    const full = resolve(graph.directory, path);
    if (existsSync(full) || madeByRun(path)) return;
    problems.push({
      code: 'ASSAY_RUN_FILE_MISSING',
      message: `${what} ${path} is not there`,
      hint: `Nothing was started. Looked in ${graph.directory}; bring the file there, or correct its path in the pipeline.`,
    });
  };
  for (const { port, path, from } of stage.inputs) if (!from) check(path, `the input ${port} of ${stage.id}:`);
  for (const path of stage.code) check(path, `code of ${stage.id}:`);
  for (const path of stage.environment.lockfiles) check(path, `the lock file of ${stage.environment.name}:`);
  if (!madeByRun(stage.directory)) check(stage.directory, `the working folder of ${stage.id}:`);
  return problems;
}

/** Outputs are removed before a stage runs: none may hold anything else, or lie outside of the pipeline's folder. */
function unsafeOutputs(graph: StageGraph, stage: Stage, projectRoot: string): readonly Problem[] {
  const { directory } = graph;
  const sources = graph.stages.flatMap((one) => [
    ...one.code,
    ...one.environment.lockfiles,
    ...one.environment.path,
    ...one.inputs.filter(({ from }) => from === undefined).map(({ path }) => path),
  ]);
  const own = [graph.file, ...['assay.yaml', '.assay', '.dvc', '.git'].map((name) => resolve(projectRoot, name))];
  const kept = [...own, ...sources.map((path) => resolve(directory, path))].map(realOfNearest);
  return stage.outputs.flatMap(({ port, path }) => {
    const full = resolve(directory, path);
    const real = realOfNearest(full);
    const over = kept.find((one, i) => one === real || isUnder(real, one) || (i < own.length && isUnder(one, real)));
    const reason = !isUnder(directory, full)
      ? `lies outside of ${directory}`
      : isSymbolicLink(full)
        ? 'is a symbolic link'
        : !isUnder(directory, real)
          ? `leads out of ${directory} by a symbolic link`
          : over && `${isUnder(over, real) ? 'lies in' : 'holds'} ${relative(directory, over)}`;
    if (reason === undefined) return [];
    return [
      {
        code: 'ASSAY_RUN_OUTPUT_UNSAFE',
        message: `the output ${port} of ${stage.id}: ${path} ${reason}`,
        hint: 'Outputs are replaced when a stage runs: give them a folder of their own, such as build/.',
      },
    ];
  });
}

/** Strictly under. */
function isUnder(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function isSymbolicLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** The real place of a path whose last parts need not be there yet. */
function realOfNearest(path: string): string {
  let at = path;
  while (statSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at) at = dirname(at);
  return resolve(realpathSync(at), relative(at, path));
}

function asksMetric(condition: Condition): boolean {
  if ('all' in condition) return condition.all.some(asksMetric);
  if ('any' in condition) return condition.any.some(asksMetric);
  return 'not' in condition ? asksMetric(condition.not) : 'metric' in condition;
}
