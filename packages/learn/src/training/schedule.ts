import type { TrainingConfig } from './config.ts';

/** The share of the learning rate that step `step` of `steps`, counted from 0, takes. */
export function learningRateShare({ kind, warmup }: TrainingConfig['schedule'], step: number, steps: number): number {
  const rising = Math.round(warmup * steps);
  if (step < rising) return (step + 1) / (rising + 1);
  if (kind === 'constant') return 1;
  const progress = (step - rising) / Math.max(1, steps - rising);
  return kind === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
}
