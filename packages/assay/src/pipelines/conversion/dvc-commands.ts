import { parseYaml, type ResolvedPipeline, type ResolvedStage, type Value } from '../../dvc/index.ts';
import { type Fields, fieldsOf } from './fields.ts';

/** A line of a command in JDF's words, and the parameters it names. */
export interface CommandLine {
  readonly text: string;
  readonly uses: readonly string[];
}

/** The commands of a `dvc.yaml`, as they are written and with their templates put in. */
export class DvcCommands {
  readonly #raw: Fields;
  readonly #variables: Value;

  constructor(file: string, text: string, pipeline: ResolvedPipeline) {
    this.#raw = fieldsOf(fieldsOf(parseYaml(text, file))?.stages) ?? {};
    this.#variables = pipeline.variables;
  }

  /** Lines of the command; a template that names a parameter is a placeholder, all others are put in. */
  lines({ name, cmd, generatedFrom }: ResolvedStage): readonly CommandLine[] {
    const own = fieldsOf(this.#raw[name]);
    const written = generatedFrom === undefined && own !== undefined && own.vars === undefined ? own.cmd : undefined;
    const raw: readonly Value[] | undefined =
      typeof written === 'string' ? [written] : Array.isArray(written) ? written : undefined;
    const resolved = typeof cmd === 'string' ? [cmd] : cmd;
    return resolved.flatMap((command, i) => {
      const template = raw?.length === resolved.length ? raw[i] : undefined;
      const { text, uses } =
        typeof template === 'string' ? (this.#placeholders(template) ?? literal(command)) : literal(command);
      return text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [{ text: line, uses }]));
    });
  }

  /** Undefined where a template is more than the name of one value. */
  #placeholders(template: string): CommandLine | undefined {
    const uses: string[] = [];
    let isSimple = true;
    const text = template.replace(/(\\?)\$\{(.*?)\}/g, (whole: string, backslash: string, inner: string) => {
      if (backslash !== '') return `$${whole.slice(1)}`;
      const name = inner.trim();
      const value = this.variable(name);
      if (value === undefined || value === null || typeof value === 'object') isSimple = false;
      uses.push(name);
      return `\${parameters.${name}}`;
    });
    return isSimple ? { text, uses } : undefined;
  }

  /** What a dotted name stands for. */
  variable(name: string): Value | undefined {
    if (!/^[^.{}$\s[\]]+(\.[^.{}$\s[\]]+)*$/.test(name)) return undefined;
    return name.split('.').reduce<Value | undefined>((at, step) => {
      const fields = fieldsOf(at);
      return fields !== undefined && Object.hasOwn(fields, step) ? fields[step] : undefined;
    }, this.#variables);
  }
}

function literal(command: string): CommandLine {
  return { text: command.replaceAll('${', () => '$${'), uses: [] };
}
