import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AssayError } from '../errors.ts';
import { newId } from '../workspace/index.ts';
import type { ServingMetrics } from './metrics.ts';
import type { PredictionLine } from './prediction-log.ts';
import type { Prediction, ServedModel } from './served-model.ts';
import { parseInferenceRequest, type Tensor, tensorToJson } from './tensor.ts';

export interface ServingDependencies {
  readonly model: ServedModel;
  readonly metrics: ServingMetrics;
  readonly log: { append(line: PredictionLine): void };
  readonly clock: () => Date;
  /** False once the server drains: not ready for new work. */
  readonly ready: () => boolean;
  readonly serverVersion: string;
  /** Told of what the server could not answer for a reason of its own; whoever asked is not. */
  readonly onError: (error: unknown) => void;
}

const maxBodyBytes = 8 * 1024 * 1024;
/** So much of a body that is too large is read and dropped: a client that still writes would not see the answer. */
const maxDiscardedBytes = 8 * maxBodyBytes;
/** Characters of one text, and texts of one request. */
const maxCharacters = 1_000_000;
const maxTexts = 1024;

/** Open Inference Protocol v2 (REST) for the model's tensors, `POST /predict` for texts, `/metrics` for Prometheus. */
export function createServingApp(dependencies: ServingDependencies): Hono {
  const { model, metrics } = dependencies;
  const app = new Hono();
  const labels = { model: model.name, version: model.version };

  app.use(async (c, next) => {
    const started = performance.now();
    metrics.inFlight.inc();
    try {
      await next();
    } finally {
      metrics.inFlight.dec();
      const route = routeName(c.req.path);
      metrics.requests.inc({ ...labels, route, code: c.res.status });
      metrics.seconds.observe({ ...labels, route }, (performance.now() - started) / 1000);
    }
  });
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      async onError(c) {
        await discard(c.req.raw.body);
        // A body beyond that is not read to its end: the connection cannot be used again, and a client must know that.
        c.header('connection', 'close');
        return refuse(c, 413, `the body is over ${maxBodyBytes} bytes`);
      },
    }),
  );
  app.onError((error, c) => {
    if (error instanceof AssayError && error.code === 'ASSAY_SERVE_REQUEST') return refuse(c, 400, error.message);
    if (error instanceof AssayError && error.code === 'ASSAY_SERVE_NO_MODEL')
      return refuse(c, 404, error.message, error.code);
    dependencies.onError(error);
    return refuse(c, 500, 'the model failed on this request', 'ASSAY_SERVE_FAILED');
  });
  app.notFound((c) => refuse(c, 404, `no route ${c.req.method} ${c.req.path}`, 'ASSAY_SERVE_NO_ROUTE'));

  app.get('/metrics', async (c) =>
    c.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  );

  app.post('/predict', async (c) => {
    const texts = parseTexts(await readJson(c));
    const predictions = await model.predict(texts);
    const answers = predictions.map((prediction, i) => {
      const id = record(dependencies, prediction, { text: texts[i]! });
      return { id, ...labelled(prediction, model.labels) };
    });
    const versioned = { model: model.name, model_version: model.version };
    return c.json(answers.length === 1 ? { ...versioned, ...answers[0] } : { ...versioned, predictions: answers });
  });

  app.get('/v2/health/live', (c) => c.json({ live: true }));
  app.get('/v2/health/ready', (c) => c.json({ ready: dependencies.ready() }, dependencies.ready() ? 200 : 503));
  app.get('/v2', (c) => c.json({ name: 'assay', version: dependencies.serverVersion, extensions: [] }));

  const metadata = (c: Context) => {
    checkNames(c, model);
    return c.json({
      name: model.name,
      versions: [model.version],
      platform: 'onnx_onnxv1',
      inputs: model.inputs,
      outputs: model.outputs,
    });
  };
  const ready = (c: Context) => {
    checkNames(c, model);
    return c.json({ name: model.name, ready: dependencies.ready() }, dependencies.ready() ? 200 : 503);
  };
  const infer = async (c: Context) => {
    checkNames(c, model);
    const request = parseInferenceRequest(await readJson(c));
    const outputs = await model.infer(request.inputs);
    const wanted = request.outputs ? request.outputs.map((name) => find(outputs, name)) : outputs;
    recordTensors(dependencies, request.inputs, outputs);
    return c.json({
      model_name: model.name,
      model_version: model.version,
      id: request.id ?? newId(dependencies.clock()),
      outputs: wanted.map(tensorToJson),
    });
  };
  for (const prefix of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get(prefix, metadata);
    app.get(`${prefix}/ready`, ready);
    app.post(`${prefix}/infer`, infer);
  }
  return app;
}

async function discard(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (!body || body.locked) return;
  let read = 0;
  for await (const chunk of body) {
    read += chunk.byteLength;
    if (read > maxDiscardedBytes) return;
  }
}

async function readJson(c: Context): Promise<unknown> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AssayError('ASSAY_SERVE_REQUEST', 'the body is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AssayError(
      'ASSAY_SERVE_REQUEST',
      `the body is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function parseTexts(body: unknown): readonly string[] {
  const value = typeof body === 'object' && body !== null && 'text' in body ? body.text : undefined;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw new AssayError('ASSAY_SERVE_REQUEST', 'the body must be {"text": "…"} or {"text": ["…", …]}');
  }
  if (texts.length > maxTexts) throw new AssayError('ASSAY_SERVE_REQUEST', `at most ${maxTexts} texts a request`);
  if (texts.some((text) => text.trim() === '')) throw new AssayError('ASSAY_SERVE_REQUEST', 'a text is empty');
  if (texts.some((text) => text.length > maxCharacters)) {
    throw new AssayError('ASSAY_SERVE_REQUEST', `a text has more than ${maxCharacters} characters`);
  }
  return texts;
}

function checkNames(c: Context, model: ServedModel): void {
  const name = c.req.param('model');
  const version = c.req.param('version');
  if (name !== model.name) {
    throw new AssayError('ASSAY_SERVE_NO_MODEL', `no model ${name} here; there is ${model.name}`);
  }
  if (version !== undefined && version !== model.version) {
    throw new AssayError('ASSAY_SERVE_NO_MODEL', `no version ${version} of ${name} here; there is ${model.version}`);
  }
}

function find(outputs: readonly Tensor[], name: string): Tensor {
  const output = outputs.find((tensor) => tensor.name === name);
  if (output) return output;
  const names = outputs.map((tensor) => tensor.name).join(', ');
  throw new AssayError('ASSAY_SERVE_REQUEST', `no output ${name}; there are ${names}`);
}

/** Each row of the probabilities that tensors were answered with is a prediction too. */
function recordTensors(dependencies: ServingDependencies, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
  const probabilities = outputs.find(({ name }) => name === 'probabilities');
  if (!(probabilities?.data instanceof Float32Array)) return;
  const { labels } = dependencies.model;
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(JSON.stringify(tensorToJson(input)));
  const input = hash.digest('hex');
  for (let row = 0; row * labels.length < probabilities.data.length; row++) {
    const values = [...probabilities.data.subarray(row * labels.length, (row + 1) * labels.length)];
    record(dependencies, { label: labels[values.indexOf(Math.max(...values))]!, probabilities: values }, { input });
  }
}

function record(
  { model, log, clock, metrics }: ServingDependencies,
  prediction: Prediction,
  asked: { readonly text: string } | { readonly input: string },
): string {
  const now = clock();
  const id = newId(now);
  metrics.predictions.inc({ model: model.name, version: model.version, label: prediction.label });
  const { label, probabilities } = prediction;
  log.append({ id, at: now.toISOString(), model: model.name, version: model.version, ...asked, label, probabilities });
  return id;
}

function labelled({ label, probabilities }: Prediction, labels: readonly string[]) {
  return { label, probabilities: Object.fromEntries(labels.map((name, i) => [name, probabilities[i]])) };
}

const plainRoutes = ['/predict', '/metrics', '/v2', '/v2/health/live', '/v2/health/ready'];

/** One of a few names, whatever is asked for: each is a time series that is kept for good. */
function routeName(path: string): string {
  if (plainRoutes.includes(path)) return path;
  if (/^\/v2\/models\/[^/]+(\/versions\/[^/]+)?\/infer$/.test(path)) return 'infer';
  if (path.startsWith('/v2/models/')) return 'model';
  return 'other';
}

/** The protocol's error object, with our code beside it. */
function refuse(c: Context, status: ContentfulStatusCode, message: string, code = 'ASSAY_SERVE_REQUEST') {
  return c.json({ error: message, code }, status);
}
