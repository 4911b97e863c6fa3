import type { GruGradients, GruTensors, LstmGradients, LstmTensors } from './backend.ts';

// The recurrent kernels in plain JS; what each computes is documented in backend.ts.

export function gruGates({ gates, gatesBias, previous, reset }: GruTensors, rows: number, width: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const update = 2 * i * width + j;
      gates[update] = sigmoid(gates[update]! + gatesBias[j]!);
      const r = sigmoid(gates[update + width]! + gatesBias[width + j]!);
      gates[update + width] = r;
      reset[i * width + j] = r * previous[i * width + j]!;
    }
  }
}

export function gruOutput(tensors: GruTensors, rows: number, width: number): void {
  const { candidate, candidateBias, gates, previous, output } = tensors;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const at = i * width + j;
      const c = Math.tanh(candidate[at]! + candidateBias[j]!);
      candidate[at] = c;
      output[at] = c + gates[2 * i * width + j]! * (previous[at]! - c);
    }
  }
}

export function gruOutputGradient(tensors: GruTensors, gradients: GruGradients, rows: number, width: number): void {
  const { gates, candidate, previous } = tensors;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const at = i * width + j;
      const update = 2 * i * width + j;
      const [g, z, c] = [gradients.output[at]!, gates[update]!, candidate[at]!];
      gradients.candidate[at] = g * (1 - z) * (1 - c * c);
      gradients.gates[update] = g * (previous[at]! - c) * z * (1 - z);
      gradients.previous[at]! += g * z;
    }
  }
}

export function gruResetGradient(tensors: GruTensors, gradients: GruGradients, rows: number, width: number): void {
  const { gates, previous } = tensors;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const at = i * width + j;
      const reset = (2 * i + 1) * width + j;
      const [g, r] = [gradients.reset[at]!, gates[reset]!];
      gradients.gates[reset] = g * previous[at]! * r * (1 - r);
      gradients.previous[at]! += g * r;
    }
  }
}

export function lstmStep(tensors: LstmTensors, rows: number, width: number): void {
  const { gates, bias, previousCell, cell, output } = tensors;
  for (let n = 0; n < rows; n++) {
    for (let j = 0; j < width; j++) {
      const at = n * width + j;
      const first = 4 * n * width + j;
      const i = sigmoid(gates[first]! + bias[j]!);
      const o = sigmoid(gates[first + width]! + bias[width + j]!);
      const f = sigmoid(gates[first + 2 * width]! + bias[2 * width + j]!);
      const c = Math.tanh(gates[first + 3 * width]! + bias[3 * width + j]!);
      gates[first] = i;
      gates[first + width] = o;
      gates[first + 2 * width] = f;
      gates[first + 3 * width] = c;
      const kept = f * previousCell[at]! + i * c;
      cell[at] = kept;
      output[at] = o * Math.tanh(kept);
    }
  }
}

export function lstmStepGradient(tensors: LstmTensors, gradients: LstmGradients, rows: number, width: number): void {
  const { gates, previousCell, cell } = tensors;
  for (let n = 0; n < rows; n++) {
    for (let j = 0; j < width; j++) {
      const at = n * width + j;
      const first = 4 * n * width + j;
      const [i, o] = [gates[first]!, gates[first + width]!];
      const [f, c] = [gates[first + 2 * width]!, gates[first + 3 * width]!];
      const g = gradients.output[at]!;
      const t = Math.tanh(cell[at]!);
      const toCell = gradients.cell[at]! + g * o * (1 - t * t);
      gradients.gates[first] = toCell * c * i * (1 - i);
      gradients.gates[first + width] = g * t * o * (1 - o);
      gradients.gates[first + 2 * width] = toCell * previousCell[at]! * f * (1 - f);
      gradients.gates[first + 3 * width] = toCell * i * (1 - c * c);
      gradients.previousCell[at] = toCell * f;
    }
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
