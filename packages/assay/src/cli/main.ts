import { resolve } from 'node:path';
import { packageVersion } from '../package.ts';
import type { Command, Option, Options } from './command.ts';
import { commands } from './commands.ts';
import type { Entry } from './entry.ts';
import { Output, type TextStream } from './output.ts';
import { fromSystem } from './system-error.ts';
import { longFlag, withoutCommandAliases, withoutFlagAliases } from './words.ts';

/** Exit codes: see docs/reference/cli.md. */
const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
/** Of the commands that DVC has too, which scripts may ask for. */
const dvcExitCode = { ...exitCode, failed: 255, usage: 254, interrupted: 252 } as const;
const dvcExitCodeOf: Readonly<Record<string, number>> = {
  ASSAY_DVC_NOT_A_REPOSITORY: 253,
  ASSAY_DVC_CONFIG: 251,
  ASSAY_CLI_USAGE: 254,
  ASSAY_DVC_NO_REMOTE: 251,
  ASSAY_DVC_REMOTE_EXISTS: 251,
  ASSAY_DVC_GC_FORCE: 1,
};

/**
 * Runs one command line. Answers with the exit code; never throws on a person's mistake.
 *
 * @param streams where to write, in place of the process's own.
 */
export async function main(
  argv: readonly string[],
  streams: { readonly stdout?: TextStream; readonly stderr?: TextStream } = {},
): Promise<number> {
  const end = argv.indexOf('--');
  const switches = end < 0 ? argv : argv.slice(0, end);
  const output = new Output({
    ...streams,
    json: switches.includes('--json'),
    ...(switches.includes('--no-color') ? { color: false } : {}),
  });
  const entry = entryOf(splitGlobals(argv).rest)?.entry;
  const codes = entry?.dvc === true ? { ...dvcExitCode, failed: entry.failed ?? dvcExitCode.failed } : exitCode;
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await dispatch(argv, output, abort.signal, codes);
  } catch (error) {
    return fail(error, output, abort.signal, codes, entry?.failedBy);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

type ExitCodes = Readonly<Record<keyof typeof exitCode, number>>;

/** The command that the words begin with; the longest name counts. */
function entryOf(words: readonly string[]) {
  const path = Object.keys(commands)
    .sort((a, b) => b.length - a.length)
    .find((name) => name.split(' ').every((word, i) => words[i] === word));
  return path === undefined ? undefined : { path, entry: commands[path]! };
}

async function dispatch(
  argv: readonly string[],
  output: Output,
  signal: AbortSignal,
  codes: ExitCodes,
): Promise<number> {
  const globals = splitGlobals(argv);
  const { before } = globals;
  if (before.directory === '') {
    return usageError(output, codes.usage, 'ASSAY_CLI_USAGE', '-C names no folder', 'Write -C DIR.');
  }
  const asksHelp = globals.rest[0] === 'help';
  const rest = asksHelp ? globals.rest.slice(1).filter((word) => !word.startsWith('-')) : globals.rest;
  if (before.version) {
    output.print(packageVersion());
    output.result({ version: packageVersion() });
    return exitCode.ok;
  }
  const path = entryOf(rest)?.path;
  const help = asksHelp || before.help === true;
  if (path === undefined) {
    const [word, next] = rest;
    const isGroup = Object.keys(commands).some((name) => name.startsWith(`${word} `));
    if (word === undefined || (isGroup && (next === undefined || next.startsWith('-')))) {
      printHelp(output, word);
      return exitCode.ok;
    }
    const inDvc = Object.entries(commands).some(([name, entry]) => entry.dvc && name.startsWith(`${word} `));
    return usageError(
      output,
      inDvc ? dvcExitCode.usage : codes.usage,
      'ASSAY_CLI_UNKNOWN_COMMAND',
      `there is no command \`${rest.slice(0, 2).join(' ')}\``,
      suggestion(word),
    );
  }
  const { command } = await commands[path]!.load();
  const parsed = await parse(path, command, rest.slice(path.split(' ').length), help, output, codes);
  if (typeof parsed === 'number') return parsed;
  output.json ||= before.json === true;
  const { openContext } = await import('./context.ts');
  const context = openContext(resolve(parsed.directory ?? before.directory ?? '.'));
  try {
    return (
      (await command.run({ arguments: parsed.arguments, options: parsed.options, context, output, signal })) ??
      exitCode.ok
    );
  } finally {
    await context.close();
  }
}

/** DVC takes these before the command: the lock is waited for anyway, and the others count only after the command, as in DVC. */
const withoutEffect = ['--wait-for-lock', '-q', '--quiet', '-v', '--verbose'];

/** What stands before the command's name: `-C DIR`, `--json`, `--no-color`, `--version`, `--help`, and what DVC takes there. */
function splitGlobals(argv: readonly string[]) {
  const before: { directory?: string; version?: boolean; help?: boolean; json?: boolean } = {};
  let i = 0;
  for (; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '-C' || word === '--cd') before.directory = argv[++i] ?? '';
    else if (word === '--version' || word === '-V') before.version = true;
    else if (word === '--help' || word === '-h') before.help = true;
    else if (word === '--json') before.json = true;
    else if (word !== '--no-color' && !withoutEffect.includes(word)) break;
  }
  return { before, rest: withoutCommandAliases(argv.slice(i)) };
}

async function parse(
  path: string,
  command: Command,
  words: readonly string[],
  help: boolean,
  output: Output,
  codes: ExitCodes,
) {
  const {
    Command: Commander,
    CommanderError,
    InvalidArgumentError,
    Option: CommanderOption,
  } = await import('commander');
  const table: Options = command.options ?? {};
  const parser = new Commander(`assay ${path}`)
    .description(commands[path]!.summary)
    .exitOverride()
    .showHelpAfterError(false);
  parser.configureOutput({ writeOut: (text) => output.page(text), writeErr: () => {} });
  if (command.details) parser.addHelpText('after', `\n${command.details}`);
  for (const argument of command.arguments ?? [])
    parser.argument(argument.startsWith('[') ? argument : `<${argument}>`);
  for (const [name, option] of Object.entries(table)) {
    const flags = `${option.short ? `-${option.short}, ` : ''}${longFlag(name)}${argumentOf(option)}`;
    const entry = new CommanderOption(flags, option.description).makeOptionMandatory(option.required === true);
    if (option.default !== undefined) entry.default(option.default);
    if (option.optional !== undefined) entry.preset(option.optional);
    if (option.choices) entry.choices(option.choices);
    if (option.repeat) entry.default([]).argParser((value, all: unknown) => [...(all as string[]), value]);
    if (option.number)
      entry.argParser((value) => {
        const number = Number(value);
        if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It must be a number.');
        return number;
      });
    parser.addOption(entry);
  }
  // A command of DVC's may have a -C of its own; ours then stands before the command only.
  if (!Object.values(table).some(({ short }) => short === 'C')) {
    parser.option('-C <dir>', 'work as if started in this folder');
  }
  parser.option('--json', 'print the result as JSON');
  parser.option('--no-color', 'print without colours (NO_COLOR does the same)');
  if (commands[path]!.dvc === true) {
    parser.option('-q, --quiet', 'print errors only').option('-v, --verbose', 'print the stack of a fault as well');
  }
  if (command.isCommandLine) parser.passThroughOptions();
  const common = parser.options.flatMap(({ long }) => long ?? []);
  try {
    const named = withoutFlagAliases(words, table, ['--help', ...common], command.isCommandLine === true);
    parser.parse(help ? ['--help'] : [...named], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCode.ok;
    return usageError(
      output,
      codes.usage,
      'ASSAY_CLI_USAGE',
      error.message.replace(/^error: /, ''),
      `See \`assay ${path} --help\`.`,
    );
  }
  const {
    C: directory,
    json = false,
    color: _color,
    quiet = false,
    verbose = false,
    ...given
  } = parser.opts<Record<string, unknown> & { C?: string }>();
  // A command line of another program may have a --json of its own.
  output.json = json === true || (output.json && command.isCommandLine !== true);
  output.quiet = quiet === true;
  output.verbose = verbose === true;
  const options: Record<string, never> = {};
  for (const [name, option] of Object.entries(table)) {
    // commander reads `--no-x` as an `x` that is true unless told.
    const denied = /^no([A-Z])(.*)$/.exec(name);
    const value = denied
      ? given[`${denied[1]!.toLowerCase()}${denied[2]}`] === false
      : (given[name] ?? (option.value ? undefined : false));
    Object.assign(options, { [name]: value });
  }
  return { arguments: parser.args, options, directory };
}

function argumentOf({ value, optional }: Option): string {
  if (value === undefined) return '';
  return optional === undefined ? ` <${value}>` : ` [${value}]`;
}

function usageError(output: Output, exit: number, code: string, message: string, hint?: string): number {
  report(output, { code, message, hint });
  return exit;
}

function fail(
  error: unknown,
  output: Output,
  signal: AbortSignal,
  codes: ExitCodes,
  own: Entry['failedBy'] = {},
): number {
  if (signal.aborted && error instanceof Error && error.name === 'AbortError') {
    output.note('Interrupted.');
    return codes.interrupted;
  }
  const told = error instanceof Error ? (fromSystem(error) ?? error) : undefined;
  if (told && 'code' in told && typeof told.code === 'string' && told.code.startsWith('ASSAY_')) {
    const hint = 'hint' in told && typeof told.hint === 'string' ? told.hint : undefined;
    report(output, { code: told.code, message: told.message, hint });
    if (codes.usage !== dvcExitCode.usage) return codes.failed;
    if (own[told.code] !== undefined) return own[told.code]!;
    // Commands that end with 1 do so for a remote that is not there, too.
    const isOwn = codes.failed === 1 && told.code === 'ASSAY_DVC_NO_REMOTE';
    return isOwn ? 1 : (dvcExitCodeOf[told.code] ?? codes.failed);
  }
  const message = error instanceof Error ? error.message : String(error);
  report(output, {
    code: 'ASSAY_UNEXPECTED',
    message,
    hint: 'This is a fault in Assay. The stack is printed when ASSAY_DEBUG is set.',
  });
  if ((process.env.ASSAY_DEBUG || output.verbose) && error instanceof Error) output.note(error.stack ?? '');
  return codes.failed;
}

function report(output: Output, error: { code: string; message: string; hint: string | undefined }): void {
  if (output.json) output.result({ error });
  const { red, bold, dim } = output.colors;
  output.note(
    `${red(bold('error'))} ${bold(error.code)}: ${error.message}${error.hint ? `\n  ${dim('→')} ${error.hint}` : ''}`,
  );
}

function suggestion(word: string): string {
  const near = Object.keys(commands).filter((name) =>
    name.split(' ').some((part) => part.startsWith(word.slice(0, 3))),
  );
  return near.length > 0 ? `Perhaps: ${near.map((name) => `assay ${name}`).join(', ')}.` : 'See `assay help`.';
}

/** Every command, or those of a group such as `model`. */
function printHelp(output: Output, group?: string): void {
  const { bold, dim } = output.colors;
  const shown = Object.entries(commands).filter(([name]) => group === undefined || name.startsWith(`${group} `));
  output.print(`${bold('assay')}: from raw data to a governed, explained, served model, every step provable.\n`);
  output.print(`  assay ${dim('[-C DIR] [--json]')} COMMAND ${dim('…')}`);
  let heading = '';
  for (const [name, entry] of shown) {
    if (entry.group !== heading) {
      heading = entry.group;
      output.print(`\n${bold(heading)}`);
    }
    output.print(`  ${name.padEnd(18)} ${dim(entry.summary)}`);
  }
  output.print(`\n${dim('assay COMMAND --help tells more. Docs: docs/guides, docs/reference.')}`);
  output.result(Object.fromEntries(shown.map(([name, entry]) => [name, entry.summary])));
}
