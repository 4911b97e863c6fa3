import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '../errors.ts';
import { ModelRegistry } from '../models/index.ts';
import { packageVersion } from '../package.ts';
import { createMetrics, createServingApp, listen, loadServedModel, PredictionLog } from '../serving/index.ts';
import { defineCommand } from './command.ts';

/** A day: what a timer takes has an end. */
const longestWait = 86_400;

export const command = defineCommand({
  arguments: ['MODEL'],
  options: {
    host: { value: 'HOST', default: '127.0.0.1', description: 'address to listen on' },
    port: { value: 'PORT', number: true, default: 8080, description: '0 takes any free one' },
    drainSeconds: {
      value: 'N',
      number: true,
      default: 20,
      description: 'how long requests may take to end after SIGTERM',
    },
    unreadySeconds: {
      value: 'N',
      number: true,
      default: 0,
      description: 'stay up but not ready so long after SIGTERM, for a load balancer to notice',
    },
  },
  details:
    'Routes: Open Inference Protocol v2 under /v2, POST /predict {"text": "…"}, GET /metrics. The model file is hashed before\n' +
    'it is loaded. Each prediction is logged with its model version in a segment; segments are sealed as records. On SIGTERM\n' +
    'nothing new is taken, what was asked is answered, and the last segment is sealed.',
  async run({ arguments: [reference = ''], options, context, output, signal }) {
    const { drainSeconds, unreadySeconds } = options;
    for (const seconds of [drainSeconds, unreadySeconds]) {
      if (seconds >= 0 && seconds <= longestWait) continue;
      throw new AssayError('ASSAY_CLI_USAGE', `${seconds} is no number of seconds to wait`, {
        hint: `From 0 to ${longestWait}.`,
      });
    }
    const records = await context.records();
    const version = await new ModelRegistry(records).find(reference);
    const model = await loadServedModel(version, context.objects());
    const metrics = createMetrics();
    const log = await PredictionLog.open({
      records,
      objects: context.objects(),
      directory: join(context.project().state, 'predictions', model.name),
      clock: context.clock,
      onError(error) {
        metrics.logErrors.inc();
        output.note(`the prediction log failed: ${error instanceof Error ? error.message : error}`);
      },
    });
    let ready = true;
    const app = createServingApp({
      model,
      metrics,
      log,
      clock: context.clock,
      ready: () => ready,
      serverVersion: packageVersion(),
      onError: (error) => output.note(`a request failed: ${error instanceof Error ? error.message : error}`),
    });
    try {
      const server = await listen(app, { host: options.host, port: options.port });
      output.print(`${model.name}@${model.version} at ${server.url}`);
      output.result({ url: server.url, model: model.name, version: model.version, pid: process.pid });
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      ready = false;
      await delay(unreadySeconds * 1000);
      await server.drain(drainSeconds);
    } finally {
      await log.close();
    }
    return 0;
  },
});
