/**
 * C[m,n] = A[m,k] · B[k,n], or added to C; in blocks of 4 × 4, whose sums stay in registers.
 * See `Backend.multiply` for the meaning of the arguments.
 */
export function multiply(
  a: Float32Array,
  aStride: number,
  b: Float32Array,
  c: Float32Array,
  m: number,
  n: number,
  k: number,
  accumulate: boolean,
): void {
  if (!accumulate) c.fill(0, 0, m * n);
  const wholeRows = m - (m % 4);
  const wholeColumns = n - (n % 4);
  for (let i = 0; i < wholeRows; i += 4) {
    const a0 = i * aStride;
    const a1 = a0 + aStride;
    const a2 = a1 + aStride;
    const a3 = a2 + aStride;
    for (let j = 0; j < wholeColumns; j += 4) {
      const sums = new Block();
      for (let p = 0, at = j; p < k; p++, at += n) {
        sums.add(a[a0 + p]!, a[a1 + p]!, a[a2 + p]!, a[a3 + p]!, b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!);
      }
      sums.addTo(c, i * n + j, n);
    }
  }
  const cell = (i: number, j: number): void => {
    let sum = 0;
    for (let p = 0; p < k; p++) sum += a[i * aStride + p]! * b[p * n + j]!;
    c[i * n + j]! += sum;
  };
  for (let i = 0; i < m; i++) for (let j = i < wholeRows ? wholeColumns : 0; j < n; j++) cell(i, j);
}

/** C[k,n] += A[m,k]ᵀ · B[m,n], in blocks of 4 × 4. See `Backend.multiplyTransposed`. */
export function multiplyTransposed(
  a: Float32Array,
  aStride: number,
  b: Float32Array,
  c: Float32Array,
  m: number,
  n: number,
  k: number,
): void {
  const wholeRows = k - (k % 4);
  const wholeColumns = n - (n % 4);
  for (let i = 0; i < wholeRows; i += 4) {
    for (let j = 0; j < wholeColumns; j += 4) {
      const sums = new Block();
      for (let p = 0, x = i, y = j; p < m; p++, x += aStride, y += n) {
        sums.add(a[x]!, a[x + 1]!, a[x + 2]!, a[x + 3]!, b[y]!, b[y + 1]!, b[y + 2]!, b[y + 3]!);
      }
      sums.addTo(c, i * n + j, n);
    }
  }
  const cell = (i: number, j: number): void => {
    let sum = 0;
    for (let p = 0; p < m; p++) sum += a[p * aStride + i]! * b[p * n + j]!;
    c[i * n + j]! += sum;
  };
  for (let i = 0; i < k; i++) for (let j = i < wholeRows ? wholeColumns : 0; j < n; j++) cell(i, j);
}

/** A 4 × 4 block of sums. The engine keeps its fields in registers, since it never escapes. */
class Block {
  s00 = 0;
  s01 = 0;
  s02 = 0;
  s03 = 0;
  s10 = 0;
  s11 = 0;
  s12 = 0;
  s13 = 0;
  s20 = 0;
  s21 = 0;
  s22 = 0;
  s23 = 0;
  s30 = 0;
  s31 = 0;
  s32 = 0;
  s33 = 0;

  add(x0: number, x1: number, x2: number, x3: number, y0: number, y1: number, y2: number, y3: number): void {
    this.s00 += x0 * y0;
    this.s01 += x0 * y1;
    this.s02 += x0 * y2;
    this.s03 += x0 * y3;
    this.s10 += x1 * y0;
    this.s11 += x1 * y1;
    this.s12 += x1 * y2;
    this.s13 += x1 * y3;
    this.s20 += x2 * y0;
    this.s21 += x2 * y1;
    this.s22 += x2 * y2;
    this.s23 += x2 * y3;
    this.s30 += x3 * y0;
    this.s31 += x3 * y1;
    this.s32 += x3 * y2;
    this.s33 += x3 * y3;
  }

  addTo(c: Float32Array, start: number, stride: number): void {
    c[start]! += this.s00;
    c[start + 1]! += this.s01;
    c[start + 2]! += this.s02;
    c[start + 3]! += this.s03;
    const second = start + stride;
    c[second]! += this.s10;
    c[second + 1]! += this.s11;
    c[second + 2]! += this.s12;
    c[second + 3]! += this.s13;
    const third = second + stride;
    c[third]! += this.s20;
    c[third + 1]! += this.s21;
    c[third + 2]! += this.s22;
    c[third + 3]! += this.s23;
    const fourth = third + stride;
    c[fourth]! += this.s30;
    c[fourth + 1]! += this.s31;
    c[fourth + 2]! += this.s32;
    c[fourth + 3]! += this.s33;
  }
}
