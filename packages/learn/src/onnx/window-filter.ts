/** The size of a window encoder's weights. */
export interface FilterShape {
  readonly radius: number;
  readonly inputWidth: number;
  readonly width: number;
}

/** Weights by [offset, input, output] as the filter of a Conv, [output, input, offset]. */
export function toFilter(weights: Float32Array, shape: FilterShape): Float32Array {
  const filter = new Float32Array(weights.length);
  eachFilterWeight(shape, (own, onnx) => {
    filter[onnx] = weights[own]!;
  });
  return filter;
}

/** The reverse of {@link toFilter}. */
export function fromFilter(filter: Float32Array, shape: FilterShape): Float32Array {
  const weights = new Float32Array(filter.length);
  eachFilterWeight(shape, (own, onnx) => {
    weights[own] = filter[onnx]!;
  });
  return weights;
}

function eachFilterWeight(
  { radius, inputWidth, width }: FilterShape,
  visit: (own: number, onnx: number) => void,
): void {
  const span = 2 * radius + 1;
  for (let offset = 0; offset < span; offset++) {
    for (let i = 0; i < inputWidth; i++) {
      for (let j = 0; j < width; j++)
        visit((offset * inputWidth + i) * width + j, (j * inputWidth + i) * span + offset);
    }
  }
}
