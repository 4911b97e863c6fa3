// The SIMD kernels of the WASM backend, in AssemblyScript. Every pointer is a byte address in the imported memory and
// 16-byte aligned unless it points to a row inside a matrix; matrices are row-major f32. What each one computes is
// documented in backend.ts. Built by scripts/build-kernel.ts into kernel.generated.ts.

// Built twice: with relaxed SIMD, where a product and its sum are rounded once (fused, on every processor since 2013), and
// without, for hosts that have none.
// @ts-ignore: decorator
@inline
function madd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum);
  return f32x4.add(sum, f32x4.mul(x, y));
}

// Cephes' expf: range reduction by ln 2 in two parts, then a polynomial of degree 5. Relative error below 2e-7.
// @ts-ignore: decorator
@inline
function exp4(value: v128): v128 {
  let x = f32x4.max(f32x4.min(value, f32x4.splat(88.0)), f32x4.splat(-87.0));
  let n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1.0));
  let scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, scale);
}

// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  // Near 0 the quotient below cancels; an odd polynomial (Cephes' tanhf) keeps the relative error small there.
  let s = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = madd(p, s, f32x4.splat(2.06390887954e-2));
  p = madd(p, s, f32x4.splat(-5.37397155531e-2));
  p = madd(p, s, f32x4.splat(1.33314422036e-1));
  p = madd(p, s, f32x4.splat(-3.33332819422e-1));
  let near = f32x4.add(f32x4.mul(f32x4.mul(p, s), x), x);
  let e = exp4(f32x4.add(x, x));
  let far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)));
}

// @ts-ignore: decorator
@inline
function sum4(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

// @ts-ignore: decorator
@inline
function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

export function multiply(
  a: usize, aStride: i32, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  let aBytes = <usize>aStride << 2;
  let rowBytes = <usize>n << 2;
  let kBytes = <usize>k << 2;
  let j: i32 = 0;
  for (; j + 8 <= n; j += 8) {
    let panel = b + (<usize>j << 2);
    let i: i32 = 0;
    for (; i + 4 <= m; i += 4) {
      let a0 = a + <usize>i * aBytes, a1 = a0 + aBytes, a2 = a1 + aBytes, a3 = a2 + aBytes;
      let out = c + <usize>i * rowBytes + (<usize>j << 2);
      let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let row = panel;
      for (let at: usize = 0; at < kBytes; at += 4) {
        let b0 = v128.load(row), b1 = v128.load(row, 16);
        let x = v128.load32_splat(a0 + at);
        c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
        x = v128.load32_splat(a1 + at);
        c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
        x = v128.load32_splat(a2 + at);
        c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
        x = v128.load32_splat(a3 + at);
        c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
        row += rowBytes;
      }
      let o1 = out + rowBytes, o2 = o1 + rowBytes, o3 = o2 + rowBytes;
      if (accumulate) {
        c00 = f32x4.add(c00, v128.load(out)); c01 = f32x4.add(c01, v128.load(out, 16));
        c10 = f32x4.add(c10, v128.load(o1)); c11 = f32x4.add(c11, v128.load(o1, 16));
        c20 = f32x4.add(c20, v128.load(o2)); c21 = f32x4.add(c21, v128.load(o2, 16));
        c30 = f32x4.add(c30, v128.load(o3)); c31 = f32x4.add(c31, v128.load(o3, 16));
      }
      v128.store(out, c00); v128.store(out, c01, 16);
      v128.store(o1, c10); v128.store(o1, c11, 16);
      v128.store(o2, c20); v128.store(o2, c21, 16);
      v128.store(o3, c30); v128.store(o3, c31, 16);
    }
    for (; i < m; i++) {
      let a0 = a + <usize>i * aBytes;
      let out = c + <usize>i * rowBytes + (<usize>j << 2);
      let c0 = f32x4.splat(0), c1 = c0;
      let row = panel;
      for (let at: usize = 0; at < kBytes; at += 4) {
        let x = v128.load32_splat(a0 + at);
        c0 = madd(x, v128.load(row), c0);
        c1 = madd(x, v128.load(row, 16), c1);
        row += rowBytes;
      }
      if (accumulate) {
        c0 = f32x4.add(c0, v128.load(out));
        c1 = f32x4.add(c1, v128.load(out, 16));
      }
      v128.store(out, c0); v128.store(out, c1, 16);
    }
  }
  for (; j < n; j++) {
    for (let i: i32 = 0; i < m; i++) {
      let sum: f32 = 0;
      let x = a + <usize>i * aBytes;
      let y = b + (<usize>j << 2);
      for (let at: usize = 0; at < kBytes; at += 4) {
        sum += load<f32>(x + at) * load<f32>(y);
        y += rowBytes;
      }
      let out = c + <usize>i * rowBytes + (<usize>j << 2);
      store<f32>(out, accumulate ? load<f32>(out) + sum : sum);
    }
  }
}

// Rows are taken 64 at a time, so that both operands' slices stay in the first-level cache while C is revisited.
export function multiplyTransposed(
  a: usize, aStride: i32, b: usize, c: usize, m: i32, n: i32, k: i32,
): void {
  for (let from: i32 = 0; from < m; from += 64) {
    transposedBlock(a, aStride, b, c, from, min(from + 64, m), n, k);
  }
}

function transposedBlock(
  a: usize, aStride: i32, b: usize, c: usize, from: i32, to: i32, n: i32, k: i32,
): void {
  let aBytes = <usize>aStride << 2;
  let rowBytes = <usize>n << 2;
  let i: i32 = 0;
  for (; i + 4 <= k; i += 4) {
    let j: i32 = 0;
    for (; j + 8 <= n; j += 8) {
      let out = c + <usize>i * rowBytes + (<usize>j << 2);
      let o1 = out + rowBytes, o2 = o1 + rowBytes, o3 = o2 + rowBytes;
      let c00 = v128.load(out), c01 = v128.load(out, 16), c10 = v128.load(o1), c11 = v128.load(o1, 16);
      let c20 = v128.load(o2), c21 = v128.load(o2, 16), c30 = v128.load(o3), c31 = v128.load(o3, 16);
      let x = a + <usize>from * aBytes + (<usize>i << 2);
      let y = b + <usize>from * rowBytes + (<usize>j << 2);
      for (let row = from; row < to; row++) {
        let b0 = v128.load(y), b1 = v128.load(y, 16);
        let v = v128.load32_splat(x);
        c00 = madd(v, b0, c00); c01 = madd(v, b1, c01);
        v = v128.load32_splat(x, 4);
        c10 = madd(v, b0, c10); c11 = madd(v, b1, c11);
        v = v128.load32_splat(x, 8);
        c20 = madd(v, b0, c20); c21 = madd(v, b1, c21);
        v = v128.load32_splat(x, 12);
        c30 = madd(v, b0, c30); c31 = madd(v, b1, c31);
        x += aBytes;
        y += rowBytes;
      }
      v128.store(out, c00); v128.store(out, c01, 16);
      v128.store(o1, c10); v128.store(o1, c11, 16);
      v128.store(o2, c20); v128.store(o2, c21, 16);
      v128.store(o3, c30); v128.store(o3, c31, 16);
    }
    for (; j < n; j++) for (let r = i; r < i + 4; r++) transposedCell(a, aBytes, b, c, from, to, n, r, j);
  }
  for (; i < k; i++) for (let j: i32 = 0; j < n; j++) transposedCell(a, aBytes, b, c, from, to, n, i, j);
}

// @ts-ignore: decorator
@inline
function transposedCell(
  a: usize, aBytes: usize, b: usize, c: usize, from: i32, to: i32, n: i32, i: i32, j: i32,
): void {
  let sum: f32 = 0;
  for (let row = from; row < to; row++) {
    sum += load<f32>(a + <usize>row * aBytes + (<usize>i << 2)) * load<f32>(b + (<usize>(row * n + j) << 2));
  }
  let out = c + (<usize>(i * n + j) << 2);
  store<f32>(out, load<f32>(out) + sum);
}

export function biasTanh(x: usize, bias: usize, rows: i32, width: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    let j: i32 = 0;
    for (; j + 4 <= width; j += 4) {
      let at = <usize>j << 2;
      v128.store(x + at, tanh4(f32x4.add(v128.load(x + at), v128.load(bias + at))));
    }
    for (; j < width; j++) {
      let at = <usize>j << 2;
      store<f32>(x + at, f32x4.extract_lane(tanh4(f32x4.splat(load<f32>(x + at) + load<f32>(bias + at))), 0));
    }
    x += <usize>width << 2;
  }
}

export function biasRelu(x: usize, bias: usize, rows: i32, width: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    let j: i32 = 0;
    for (; j + 4 <= width; j += 4) {
      let at = <usize>j << 2;
      v128.store(x + at, f32x4.max(f32x4.add(v128.load(x + at), v128.load(bias + at)), f32x4.splat(0)));
    }
    for (; j < width; j++) {
      let at = <usize>j << 2;
      store<f32>(x + at, max<f32>(load<f32>(x + at) + load<f32>(bias + at), 0));
    }
    x += <usize>width << 2;
  }
}

export function reluGradient(gradient: usize, output: usize, length: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    let keep = f32x4.gt(v128.load(output), f32x4.splat(0));
    v128.store(gradient, v128.and(v128.load(gradient), keep));
    gradient += 16; output += 16;
  }
  for (; i < length; i++) {
    if (!(load<f32>(output) > 0)) store<f32>(gradient, 0);
    gradient += 4; output += 4;
  }
}

export function addTo(target: usize, source: usize, length: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(source)));
    target += 16; source += 16;
  }
  for (; i < length; i++) {
    store<f32>(target, load<f32>(target) + load<f32>(source));
    target += 4; source += 4;
  }
}

export function blend(target: usize, source: usize, share: f32, length: i32): void {
  let s = f32x4.splat(share);
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    let t = v128.load(target);
    v128.store(target, f32x4.add(t, f32x4.mul(s, f32x4.sub(v128.load(source), t))));
    target += 16; source += 16;
  }
  for (; i < length; i++) {
    let t = load<f32>(target);
    store<f32>(target, t + share * (load<f32>(source) - t));
    target += 4; source += 4;
  }
}

export function columnSums(x: usize, sums: usize, rows: i32, width: i32): void {
  let rowBytes = <usize>width << 2;
  let j: i32 = 0;
  for (; j + 4 <= width; j += 4) {
    let sum = v128.load(sums);
    let at = x + (<usize>j << 2);
    for (let i: i32 = 0; i < rows; i++) {
      sum = f32x4.add(sum, v128.load(at));
      at += rowBytes;
    }
    v128.store(sums, sum);
    sums += 16;
  }
  for (; j < width; j++) {
    let sum = load<f32>(sums);
    let at = x + (<usize>j << 2);
    for (let i: i32 = 0; i < rows; i++) {
      sum += load<f32>(at);
      at += rowBytes;
    }
    store<f32>(sums, sum);
    sums += 4;
  }
}

export function gatherRows(table: usize, ids: usize, out: usize, rows: i32, width: i32): void {
  let rowBytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    memory.copy(out, table + <usize>load<i32>(ids) * rowBytes, rowBytes);
    ids += 4; out += rowBytes;
  }
}

export function takeRows(
  source: usize, sourceStride: i32, ids: usize, out: usize, rows: i32, width: i32,
): void {
  let bytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    memory.copy(out, source + ((<usize>load<i32>(ids) * <usize>sourceStride) << 2), bytes);
    ids += 4; out += bytes;
  }
}

export function placeRows(
  source: usize, ids: usize, out: usize, outStride: i32, rows: i32, width: i32, accumulate: i32,
): void {
  let bytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    let to = out + ((<usize>load<i32>(ids) * <usize>outStride) << 2);
    if (accumulate) addTo(to, source, width);
    else memory.copy(to, source, bytes);
    ids += 4; source += bytes;
  }
}

export function biasAdd(x: usize, bias: usize, rows: i32, width: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    addTo(x, bias, width);
    x += <usize>width << 2;
  }
}

export function scatterAddRows(table: usize, ids: usize, source: usize, rows: i32, width: i32): void {
  let rowBytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    let id = load<i32>(ids);
    if (id != 0) addTo(table + <usize>id * rowBytes, source, width);
    ids += 4; source += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function dot(x: usize, y: usize, length: i32): f32 {
  let sum = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    sum = madd(v128.load(x), v128.load(y), sum);
    x += 16; y += 16;
  }
  let total = sum4(sum);
  for (; i < length; i++) {
    total += load<f32>(x) * load<f32>(y);
    x += 4; y += 4;
  }
  return total;
}

// @ts-ignore: decorator
@inline
function addScaled(target: usize, source: usize, scale: f32, length: i32): void {
  let s = f32x4.splat(scale);
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    v128.store(target, madd(s, v128.load(source), v128.load(target)));
    target += 16; source += 16;
  }
  for (; i < length; i++) {
    store<f32>(target, load<f32>(target) + scale * load<f32>(source));
    target += 4; source += 4;
  }
}

export function attentionPool(
  keys: usize, context: usize, values: usize, weights: usize, pooled: usize, starts: usize, ends: usize,
  size: i32, width: i32, valueWidth: i32,
): void {
  let rowBytes = <usize>width << 2;
  let valueBytes = <usize>valueWidth << 2;
  for (let s: i32 = 0; s < size; s++) {
    let start = load<i32>(starts + (<usize>s << 2));
    let end = load<i32>(ends + (<usize>s << 2));
    let largest: f32 = -Infinity;
    for (let i = start; i < end; i++) {
      let score = dot(keys + <usize>i * rowBytes, context, width);
      store<f32>(weights + (<usize>i << 2), score);
      largest = max<f32>(largest, score);
    }
    let sum: f32 = 0;
    for (let i = start; i < end; i++) {
      let at = weights + (<usize>i << 2);
      let e = exp1(load<f32>(at) - largest);
      store<f32>(at, e);
      sum += e;
    }
    let out = pooled + <usize>s * valueBytes;
    memory.fill(out, 0, valueBytes);
    for (let i = start; i < end; i++) {
      let at = weights + (<usize>i << 2);
      let weight = load<f32>(at) / sum;
      store<f32>(at, weight);
      addScaled(out, values + <usize>i * valueBytes, weight, valueWidth);
    }
  }
}

export function attentionPoolGradient(
  keys: usize, context: usize, values: usize, weights: usize, pooled: usize, pooledGradient: usize,
  keysGradient: usize, contextGradient: usize, valuesGradient: usize, starts: usize, ends: usize,
  size: i32, width: i32, valueWidth: i32,
): void {
  let rowBytes = <usize>width << 2;
  let valueBytes = <usize>valueWidth << 2;
  for (let s: i32 = 0; s < size; s++) {
    let start = load<i32>(starts + (<usize>s << 2));
    let end = load<i32>(ends + (<usize>s << 2));
    let given = pooledGradient + <usize>s * valueBytes;
    let mean = dot(pooled + <usize>s * valueBytes, given, valueWidth);
    for (let i = start; i < end; i++) {
      let weight = load<f32>(weights + (<usize>i << 2));
      let value = values + <usize>i * valueBytes;
      let score = weight * (dot(value, given, valueWidth) - mean);
      let valueOut = valuesGradient + <usize>i * valueBytes;
      memory.fill(valueOut, 0, valueBytes);
      addScaled(valueOut, given, weight, valueWidth);
      let key = keys + <usize>i * rowBytes;
      addScaled(contextGradient, key, score, width);
      let keyOut = keysGradient + <usize>i * rowBytes;
      let j: i32 = 0;
      for (; j + 4 <= width; j += 4) {
        let at = <usize>j << 2;
        let t = v128.load(key + at);
        let slope = f32x4.sub(f32x4.splat(1), f32x4.mul(t, t));
        v128.store(keyOut + at, f32x4.mul(f32x4.mul(f32x4.splat(score), v128.load(context + at)), slope));
      }
      for (; j < width; j++) {
        let at = <usize>j << 2;
        let t = load<f32>(key + at);
        store<f32>(keyOut + at, score * load<f32>(context + at) * (1 - t * t));
      }
    }
  }
}

export function adam(
  w: usize, g: usize, m: usize, v: usize, length: i32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, decay: f32,
): void {
  let keep1 = f32x4.splat(beta1), take1 = f32x4.splat(1 - beta1);
  let keep2 = f32x4.splat(beta2), take2 = f32x4.splat(1 - beta2);
  let step = f32x4.splat(rate), floor = f32x4.splat(epsilon), shrink = f32x4.splat(1 - decay);
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    let gradient = v128.load(g);
    let mean = f32x4.add(f32x4.mul(v128.load(m), keep1), f32x4.mul(gradient, take1));
    let square = f32x4.add(f32x4.mul(v128.load(v), keep2), f32x4.mul(f32x4.mul(gradient, gradient), take2));
    v128.store(m, mean);
    v128.store(v, square);
    let change = f32x4.div(f32x4.mul(step, mean), f32x4.add(f32x4.sqrt(square), floor));
    v128.store(w, f32x4.sub(f32x4.mul(v128.load(w), shrink), change));
    v128.store(g, f32x4.splat(0));
    w += 16; g += 16; m += 16; v += 16;
  }
  for (; i < length; i++) {
    let gradient = load<f32>(g);
    let mean = load<f32>(m) * beta1 + gradient * (1 - beta1);
    let square = load<f32>(v) * beta2 + gradient * gradient * (1 - beta2);
    store<f32>(m, mean);
    store<f32>(v, square);
    store<f32>(w, load<f32>(w) * (1 - decay) - (rate * mean) / (sqrt<f32>(square) + epsilon));
    store<f32>(g, 0);
    w += 4; g += 4; m += 4; v += 4;
  }
}

// Adam on some rows of a table: each is a short run of the arrays.
export function adamRows(
  w: usize, g: usize, m: usize, v: usize, rows: usize, count: i32, width: i32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, decay: f32,
): void {
  let rowBytes = <usize>width << 2;
  for (let i: i32 = 0; i < count; i++) {
    let at = <usize>load<i32>(rows + (<usize>i << 2)) * rowBytes;
    adam(w + at, g + at, m + at, v + at, width, rate, beta1, beta2, epsilon, decay);
  }
}

// The recurrent kernels take four columns at a time, and one at a time where fewer are left: the same arithmetic on one
// lane.
// @ts-ignore: decorator
@inline
function read(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load32_splat(at);
}

// @ts-ignore: decorator
@inline
function write(at: usize, value: v128, whole: bool): void {
  if (whole) v128.store(at, value);
  else store<f32>(at, f32x4.extract_lane(value, 0));
}

// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

// y · (1 − y), the slope of the sigmoid whose value is y.
// @ts-ignore: decorator
@inline
function sigmoidSlope(y: v128): v128 {
  return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
}

// @ts-ignore: decorator
@inline
function tanhSlope(y: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
}

export function gruGates(gates: usize, bias: usize, previous: usize, reset: usize, rows: i32, width: i32): void {
  let bytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j < width;) {
      let whole = j + 4 <= width;
      let at = <usize>j << 2;
      let z = sigmoid4(f32x4.add(read(gates + at, whole), read(bias + at, whole)));
      let r = sigmoid4(f32x4.add(read(gates + bytes + at, whole), read(bias + bytes + at, whole)));
      write(gates + at, z, whole);
      write(gates + bytes + at, r, whole);
      write(reset + at, f32x4.mul(r, read(previous + at, whole)), whole);
      j += whole ? 4 : 1;
    }
    gates += bytes << 1; previous += bytes; reset += bytes;
  }
}

export function gruOutput(
  candidate: usize, bias: usize, gates: usize, previous: usize, output: usize, rows: i32, width: i32,
): void {
  let bytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j < width;) {
      let whole = j + 4 <= width;
      let at = <usize>j << 2;
      let c = tanh4(f32x4.add(read(candidate + at, whole), read(bias + at, whole)));
      write(candidate + at, c, whole);
      write(output + at, madd(read(gates + at, whole), f32x4.sub(read(previous + at, whole), c), c), whole);
      j += whole ? 4 : 1;
    }
    candidate += bytes; gates += bytes << 1; previous += bytes; output += bytes;
  }
}

export function gruOutputGradient(
  gradient: usize, gates: usize, candidate: usize, previous: usize,
  gatesGradient: usize, candidateGradient: usize, previousGradient: usize, rows: i32, width: i32,
): void {
  let bytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j < width;) {
      let whole = j + 4 <= width;
      let at = <usize>j << 2;
      let g = read(gradient + at, whole), z = read(gates + at, whole), c = read(candidate + at, whole);
      let toCandidate = f32x4.mul(g, f32x4.sub(f32x4.splat(1), z));
      write(candidateGradient + at, f32x4.mul(toCandidate, tanhSlope(c)), whole);
      let toUpdate = f32x4.mul(g, f32x4.sub(read(previous + at, whole), c));
      write(gatesGradient + at, f32x4.mul(toUpdate, sigmoidSlope(z)), whole);
      write(previousGradient + at, madd(g, z, read(previousGradient + at, whole)), whole);
      j += whole ? 4 : 1;
    }
    gradient += bytes; gates += bytes << 1; candidate += bytes; previous += bytes;
    gatesGradient += bytes << 1; candidateGradient += bytes; previousGradient += bytes;
  }
}

export function gruResetGradient(
  resetGradient: usize, gates: usize, previous: usize, gatesGradient: usize, previousGradient: usize,
  rows: i32, width: i32,
): void {
  let bytes = <usize>width << 2;
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j < width;) {
      let whole = j + 4 <= width;
      let at = <usize>j << 2;
      let g = read(resetGradient + at, whole), r = read(gates + bytes + at, whole);
      let toReset = f32x4.mul(g, read(previous + at, whole));
      write(gatesGradient + bytes + at, f32x4.mul(toReset, sigmoidSlope(r)), whole);
      write(previousGradient + at, madd(g, r, read(previousGradient + at, whole)), whole);
      j += whole ? 4 : 1;
    }
    resetGradient += bytes; gates += bytes << 1; previous += bytes;
    gatesGradient += bytes << 1; previousGradient += bytes;
  }
}

export function lstmStep(
  gates: usize, bias: usize, previousCell: usize, cell: usize, output: usize, rows: i32, width: i32,
): void {
  let bytes = <usize>width << 2;
  for (let n: i32 = 0; n < rows; n++) {
    for (let j: i32 = 0; j < width;) {
      let whole = j + 4 <= width;
      let at = <usize>j << 2;
      let at1 = at + bytes, at2 = at1 + bytes, at3 = at2 + bytes;
      let i = sigmoid4(f32x4.add(read(gates + at, whole), read(bias + at, whole)));
      let o = sigmoid4(f32x4.add(read(gates + at1, whole), read(bias + at1, whole)));
      let f = sigmoid4(f32x4.add(read(gates + at2, whole), read(bias + at2, whole)));
      let c = tanh4(f32x4.add(read(gates + at3, whole), read(bias + at3, whole)));
      write(gates + at, i, whole);
      write(gates + at1, o, whole);
      write(gates + at2, f, whole);
      write(gates + at3, c, whole);
      let kept = madd(f, read(previousCell + at, whole), f32x4.mul(i, c));
      write(cell + at, kept, whole);
      write(output + at, f32x4.mul(o, tanh4(kept)), whole);
      j += whole ? 4 : 1;
    }
    gates += bytes << 2; previousCell += bytes; cell += bytes; output += bytes;
  }
}

export function lstmStepGradient(
  gradient: usize, cellGradient: usize, gates: usize, previousCell: usize, cell: usize,
  gatesGradient: usize, previousCellGradient: usize, rows: i32, width: i32,
): void {
  let bytes = <usize>width << 2;
  for (let n: i32 = 0; n < rows; n++) {
    for (let j: i32 = 0; j < width;) {
      let whole = j + 4 <= width;
      let at = <usize>j << 2;
      let at1 = at + bytes, at2 = at1 + bytes, at3 = at2 + bytes;
      let i = read(gates + at, whole), o = read(gates + at1, whole);
      let f = read(gates + at2, whole), c = read(gates + at3, whole);
      let g = read(gradient + at, whole);
      let t = tanh4(read(cell + at, whole));
      let toCell = madd(f32x4.mul(g, o), tanhSlope(t), read(cellGradient + at, whole));
      write(gatesGradient + at, f32x4.mul(f32x4.mul(toCell, c), sigmoidSlope(i)), whole);
      write(gatesGradient + at1, f32x4.mul(f32x4.mul(g, t), sigmoidSlope(o)), whole);
      write(gatesGradient + at2, f32x4.mul(f32x4.mul(toCell, read(previousCell + at, whole)), sigmoidSlope(f)), whole);
      write(gatesGradient + at3, f32x4.mul(f32x4.mul(toCell, i), tanhSlope(c)), whole);
      write(previousCellGradient + at, f32x4.mul(toCell, f), whole);
      j += whole ? 4 : 1;
    }
    gradient += bytes; cellGradient += bytes; gates += bytes << 2; previousCell += bytes; cell += bytes;
    gatesGradient += bytes << 2; previousCellGradient += bytes;
  }
}
