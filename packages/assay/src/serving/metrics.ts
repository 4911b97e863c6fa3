import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type ServingMetrics = ReturnType<typeof createMetrics>;

/** Prometheus metrics of one server; `model` and `version` are labels of each. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const labelNames = ['model', 'version'] as const;
  return {
    registry,
    requests: new Counter({
      name: 'assay_requests_total',
      help: 'Requests answered, by route and status code.',
      labelNames: [...labelNames, 'route', 'code'] as const,
      registers: [registry],
    }),
    predictions: new Counter({
      name: 'assay_predictions_total',
      help: 'Predictions made, by label.',
      labelNames: [...labelNames, 'label'] as const,
      registers: [registry],
    }),
    seconds: new Histogram({
      name: 'assay_request_seconds',
      help: 'Seconds from a request to its reply.',
      labelNames: [...labelNames, 'route'] as const,
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers: [registry],
    }),
    inFlight: new Gauge({ name: 'assay_in_flight_requests', help: 'Requests being worked on.', registers: [registry] }),
    logErrors: new Counter({
      name: 'assay_prediction_log_errors_total',
      help: 'Times that writing or sealing predictions failed; the lines are kept and tried again.',
      registers: [registry],
    }),
  };
}
