import type { Backend } from '../backend/index.ts';
import { AdditiveAttention } from './additive-attention.ts';
import type { Architecture, Attending, Encoding, Prediction } from './architecture.ts';
import { BidirectionalEncoder } from './bidirectional-encoder.ts';
import { MultiLabelOutput, SoftmaxOutput } from './class-output.ts';
import { GruCell } from './gru-cell.ts';
import { HeadAttention } from './head-attention.ts';
import type { Encoder, Output, Pooling } from './layer.ts';
import { LstmCell } from './lstm-cell.ts';
import { MultiWindowEncoder } from './multi-window-encoder.ts';
import { OrdinalOutput } from './ordinal-output.ts';
import { PlainPooling } from './plain-pooling.ts';
import { TransformerEncoder } from './transformer-encoder.ts';
import { WindowEncoder } from './window-encoder.ts';

/** The encoders of a configuration, in their order, whether it names one or a stack. */
export function encodings(encode: Architecture['encode']): readonly Encoding[] {
  return 'kind' in encode ? [encode] : encode;
}

/** How many rows of padding must lie between sequences, so that no window reaches from one into another. */
export function gapOf(encode: Architecture['encode']): number {
  const radii = encodings(encode).flatMap((encoding) => (encoding.kind === 'window' ? radiiOf(encoding.radius) : []));
  return Math.max(0, ...radii);
}

function radiiOf(radius: number | readonly number[]): readonly number[] {
  return typeof radius === 'number' ? [radius] : radius;
}

/** The layers, each called `encode.` and its place from the first, and taking what the one before gives. */
export function createEncoders(backend: Backend, encode: Architecture['encode'], embeddedWidth: number): Encoder[] {
  const layers: Encoder[] = [];
  for (const encoding of encodings(encode)) {
    for (let depth = 0; depth < encoding.depth; depth++) {
      const inputWidth = layers.at(-1)?.width ?? embeddedWidth;
      layers.push(
        createEncoder(backend, encoding, { name: `encode.${layers.length}`, inputWidth, first: depth === 0 }),
      );
    }
  }
  return layers;
}

function createEncoder(
  backend: Backend,
  encoding: Encoding,
  { name, inputWidth, first }: { readonly name: string; readonly inputWidth: number; readonly first: boolean },
): Encoder {
  const { width } = encoding;
  const directions = ['forward', 'backward'] as const;
  switch (encoding.kind) {
    case 'window': {
      const residual = encoding.residual && inputWidth === width;
      if (typeof encoding.radius === 'number') {
        return new WindowEncoder(backend, { name, inputWidth, width, radius: encoding.radius, residual });
      }
      return new MultiWindowEncoder(backend, { name, inputWidth, width, radii: encoding.radius, residual });
    }
    case 'bigru': {
      const [forward, backward] = directions.map((of) => new GruCell(backend, `${name}.${of}`, inputWidth, width / 2));
      return new BidirectionalEncoder(backend, [forward!, backward!]);
    }
    case 'bilstm': {
      const [forward, backward] = directions.map((of) => new LstmCell(backend, `${name}.${of}`, inputWidth, width / 2));
      return new BidirectionalEncoder(backend, [forward!, backward!]);
    }
    case 'transformer': {
      const { heads, hidden } = encoding;
      return new TransformerEncoder(backend, { name, inputWidth, width, heads, hidden, positions: first });
    }
  }
}

export function createPooling(backend: Backend, attend: Attending, inputWidth: number): Pooling {
  switch (attend.kind) {
    case 'additive':
      return new AdditiveAttention(backend, inputWidth, attend.width);
    case 'multi-head':
    case 'self':
      return new HeadAttention(backend, { ...attend, inputWidth });
    case 'max':
    case 'mean':
      return new PlainPooling(backend, attend.kind, inputWidth);
  }
}

export function createOutput(backend: Backend, predict: Prediction, inputWidth: number, classes: number): Output {
  switch (predict.kind) {
    case 'softmax':
      return new SoftmaxOutput(backend, inputWidth, classes);
    case 'multi-label':
      return new MultiLabelOutput(backend, inputWidth, classes);
    case 'ordinal':
      return new OrdinalOutput(backend, inputWidth, classes);
  }
}
