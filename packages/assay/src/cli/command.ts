import type { Context } from './context.ts';
import type { Output } from './output.ts';

/** One option of a command. A `value` names its argument; without one it is a switch. */
export interface Option {
  readonly short?: string;
  readonly value?: string;
  readonly description: string;
  readonly default?: string | number | boolean;
  /** What it means without a value: its argument may be left out. */
  readonly optional?: string;
  /** May be given several times; the value is then an array. With a `value...`, several may follow one flag. */
  readonly repeat?: true;
  /** The values that it may have. */
  readonly choices?: readonly string[];
  /** Other names, with their dashes. */
  readonly aliases?: readonly string[];
  readonly required?: true;
  /** Turns the text into a number, and refuses what is none. */
  readonly number?: true;
}

export type Options = Readonly<Record<string, Option>>;

type OptionValue<O extends Option> = O extends { value: string }
  ? O extends { repeat: true }
    ? readonly string[]
    : O extends { number: true }
      ? O extends { required: true } | { default: number }
        ? number
        : number | undefined
      : O extends { required: true } | { default: string }
        ? string
        : string | undefined
  : boolean;

export type OptionValues<T extends Options> = { readonly [K in keyof T]: OptionValue<T[K]> };

export interface Invocation<T extends Options> {
  /** Positional arguments, in order. */
  readonly arguments: readonly string[];
  readonly options: OptionValues<T>;
  readonly context: Context;
  readonly output: Output;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command<T extends Options = Options> {
  /** `NAME`, `[NAME]` or `NAME...`, in order. */
  readonly arguments?: readonly string[];
  readonly options?: T;
  /** Its arguments are another program's command line: options after the first of them are that program's. */
  readonly isCommandLine?: true;
  /** More about it, after the summary of the table in commands.ts. */
  readonly details?: string;
  /** Answers with the exit code; nothing means 0. */
  run(invocation: Invocation<T>): Promise<number | undefined>;
}

/** Gives a command the type of its own options. */
export function defineCommand<const T extends Options>(command: Command<T>): Command<T> {
  return command;
}
