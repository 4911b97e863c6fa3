import { LearnError } from '../errors.ts';
import type { TextModel } from './text-model.ts';

export interface EndpointOptions {
  /** The labels, in the order of the probabilities; needed where the endpoint does not tell them. */
  readonly labels?: readonly string[];
  /** Names of the tensors; by default the only input of datatype BYTES, and the output `probabilities` or the only one. */
  readonly input?: string;
  readonly output?: string;
  /** Texts a request at most; 256 by default. */
  readonly texts?: number;
  /** Seconds an answer may take; 30 by default. */
  readonly timeout?: number;
  /** Sent in place of a text without a visible character, which servers refuse; `...` by default. */
  readonly blank?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A model behind HTTP. The address is that of a model by the Open Inference Protocol v2 (`…/v2/models/NAME`, with
 * `/versions/V` where it has some), which takes texts as one BYTES tensor; or a route `…/predict`, as `assay serve` has
 * it: `{"text": […]}` → `{"predictions": [{"probabilities": {label: p}}]}`.
 *
 * @throws LearnError `ASSAY_LEARN_ENDPOINT_UNREACHABLE`, `ASSAY_LEARN_ENDPOINT_SLOW`, `ASSAY_LEARN_ENDPOINT_REFUSED` for an
 * HTTP error, `ASSAY_LEARN_ENDPOINT_ANSWER` for an answer that is not of the protocol.
 */
export async function endpointModel(address: string, options: EndpointOptions = {}): Promise<TextModel> {
  const url = parseAddress(address);
  return url.pathname.endsWith('/predict') ? predictRoute(url, options) : inferenceProtocol(url, options);
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new LearnError('ASSAY_LEARN_ENDPOINT_UNREACHABLE', `${JSON.stringify(address)} is no address of HTTP.`, {
    hint: 'Give one such as http://127.0.0.1:8000/v2/models/NAME.',
  });
}

async function predictRoute(url: URL, options: EndpointOptions): Promise<TextModel> {
  const ask = async (texts: readonly string[]): Promise<Record<string, number>[]> => {
    const answer = await request(url, options, { text: texts });
    const { predictions = [answer] } = (answer ?? {}) as { predictions?: unknown };
    const rows = Array.isArray(predictions) ? predictions : [];
    return rows.map((row) => {
      const { probabilities } = (row ?? {}) as { probabilities?: unknown };
      if (typeof probabilities !== 'object' || probabilities === null) throw wrongAnswer(url, 'has no probabilities');
      return probabilities as Record<string, number>;
    });
  };
  const [first] = options.labels ? [] : await ask([options.blank ?? '...']);
  const labels = options.labels ?? Object.keys(first ?? {});
  return {
    labels,
    probabilities: (texts) =>
      inRequests(texts, options, async (part) => {
        const rows = await ask(part);
        if (rows.length !== part.length) throw wrongAnswer(url, `has ${rows.length} rows for ${part.length} texts`);
        return rows.map((row) => {
          const stranger = Object.keys(row).find((label) => !labels.includes(label));
          if (stranger !== undefined) throw wrongAnswer(url, `has the label ${JSON.stringify(stranger)}`);
          return labels.map((label) => row[label] ?? Number.NaN);
        });
      }),
  };
}

interface TensorSpec {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

async function inferenceProtocol(url: URL, options: EndpointOptions): Promise<TextModel> {
  const metadata = (await request(url, options)) as { inputs?: unknown; outputs?: unknown };
  const input = findTensor(
    url,
    metadata?.inputs,
    options.input,
    ({ datatype }) => datatype === 'BYTES',
    'input of texts (BYTES)',
  );
  const outputs = tensorSpecs(metadata?.outputs);
  const preferred = outputs.some(({ name }) => name === 'probabilities') ? 'probabilities' : undefined;
  const output = findTensor(url, outputs, options.output ?? preferred, () => true, 'output');
  const width = output.shape.at(-1) ?? -1;
  const labels = options.labels ?? Array.from({ length: Math.max(0, width) }, (_, i) => String(i));
  if (labels.length === 0) throw wrongAnswer(url, 'does not tell how many labels there are: name them');
  const inferUrl = new URL(url);
  inferUrl.pathname = `${url.pathname.replace(/\/$/, '')}/infer`;
  return {
    labels,
    probabilities: (texts) =>
      inRequests(texts, options, async (part) => {
        const shape = input.shape.length === 2 ? [part.length, 1] : [part.length];
        const answer = await request(inferUrl, options, {
          inputs: [{ name: input.name, datatype: 'BYTES', shape, data: part }],
          outputs: [{ name: output.name }],
        });
        return rowsOf(inferUrl, answer, output.name, part.length, labels.length);
      }),
  };
}

function rowsOf(url: URL, answer: unknown, name: string, rows: number, columns: number): number[][] {
  const { outputs } = (answer ?? {}) as { outputs?: unknown };
  const tensor: unknown = Array.isArray(outputs) ? outputs.find((given) => given?.name === name) : undefined;
  const { shape, data } = (tensor ?? {}) as { shape?: unknown; data?: unknown };
  if (!Array.isArray(data) || !Array.isArray(shape))
    throw wrongAnswer(url, `has no output ${name} with shape and data`);
  const values: unknown[] = data.flat(8);
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== columns || values.length !== rows * columns) {
    throw wrongAnswer(url, `has ${values.length} values of shape [${shape}] for ${rows} texts and ${columns} labels`);
  }
  return Array.from({ length: rows }, (_, i) =>
    values.slice(i * columns, (i + 1) * columns).map((value) => (typeof value === 'number' ? value : Number.NaN)),
  );
}

function tensorSpecs(value: unknown): TensorSpec[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (spec): spec is TensorSpec =>
      typeof spec?.name === 'string' && typeof spec.datatype === 'string' && Array.isArray(spec.shape),
  );
}

function findTensor(
  url: URL,
  specs: unknown,
  name: string | undefined,
  suits: (spec: TensorSpec) => boolean,
  what: string,
): TensorSpec {
  const suited = tensorSpecs(specs).filter((spec) => (name === undefined ? suits(spec) : spec.name === name));
  if (suited.length === 1) return suited[0]!;
  const names = tensorSpecs(specs).map((spec) => `${spec.name} (${spec.datatype})`);
  throw wrongAnswer(
    url,
    `has ${suited.length} tensors that may be the ${what}; there are ${names.join(', ') || 'none'}`,
  );
}

async function inRequests(
  texts: readonly string[],
  { texts: most = 256, blank = '...' }: EndpointOptions,
  ask: (part: readonly string[]) => Promise<readonly number[][]>,
): Promise<number[][]> {
  const rows: number[][] = [];
  for (let from = 0; from < texts.length; from += most) {
    const part = texts.slice(from, from + most).map((text) => (text.trim() === '' ? blank : text));
    rows.push(...(await ask(part)));
  }
  return rows;
}

async function request(url: URL, { timeout = 30, headers }: EndpointOptions, body?: unknown): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeout * 1000),
      redirect: 'error',
    });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'TimeoutError') {
      throw new LearnError('ASSAY_LEARN_ENDPOINT_SLOW', `${url} did not answer within ${timeout} s.`, {
        hint: 'Allow more seconds, or ask for fewer texts a request.',
        cause,
      });
    }
    throw new LearnError('ASSAY_LEARN_ENDPOINT_UNREACHABLE', `${url} cannot be reached: ${reason(cause)}.`, {
      hint: 'Is the server running, and the address right?',
      cause,
    });
  }
  if (status !== 200) {
    throw new LearnError('ASSAY_LEARN_ENDPOINT_REFUSED', `${url} answered with ${status}: ${text.slice(0, 200)}`, {
      hint: 'The server says why; look at its model, its name and what it takes.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrongAnswer(url, 'is not JSON', cause);
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error && cause.cause.message !== '' ? cause.cause.message : cause.message;
}

function wrongAnswer(url: URL, what: string, cause?: unknown): LearnError {
  return new LearnError('ASSAY_LEARN_ENDPOINT_ANSWER', `The answer of ${url} ${what}.`, {
    hint: 'A model to explain takes texts, and answers with one probability for each label.',
    cause,
  });
}
