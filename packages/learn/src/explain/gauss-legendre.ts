/** Points in (0, 1) and their weights, which sum to 1. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss–Legendre quadrature on [0, 1]: exact for polynomials of degree 2n − 1. The nodes are the zeros of the Legendre
 * polynomial, found by Newton's method from Tricomi's approximation.
 */
export function gaussLegendre(points: number): Quadrature {
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    let z = -Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 0;
    for (let iteration = 0; iteration < 100; iteration++) {
      let value = 1;
      let previous = 0;
      for (let degree = 1; degree <= points; degree++) {
        const next = ((2 * degree - 1) * z * value - (degree - 1) * previous) / degree;
        previous = value;
        value = next;
      }
      slope = (points * (z * value - previous)) / (z * z - 1);
      const step = value / slope;
      z -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes[i] = (1 + z) / 2;
    weights[i] = 1 / ((1 - z * z) * slope * slope);
  }
  return { nodes, weights };
}
