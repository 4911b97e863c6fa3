/** `digits` times ten to the power of `exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** So many digits a sum keeps. */
const precision = 28;

/**
 * The values of a range of floats as Hydra counts them: each float stands for exactly the binary value that it has, and sums
 * are decimal ones of 28 digits. Thus `0.1` to `0.4` by `0.1` has four values.
 * @param most so many values and one more are made at most
 */
export function floatRange(start: number, stop: number, step: number, most: number): readonly number[] {
  const values: number[] = [];
  const [end, by] = [exact(stop), exact(step)];
  for (let at = exact(start); values.length <= most; at = sum(at, by)) {
    const left = sign(difference(end, at));
    if (left === 0 || left !== sign(by.digits)) break;
    values.push(Number(`${at.digits}e${at.exponent}`));
  }
  return values;
}

function exact(value: number): Decimal {
  let [whole, exponent] = [value, 0];
  // Doubling loses nothing, and ends with a whole number.
  while (!Number.isInteger(whole)) {
    whole *= 2;
    exponent--;
  }
  return { digits: BigInt(whole) * 5n ** BigInt(-exponent), exponent };
}

/** Of `a - b`, in units of the smaller exponent. */
function difference(a: Decimal, b: Decimal): bigint {
  const exponent = Math.min(a.exponent, b.exponent);
  return scaled(a, exponent) - scaled(b, exponent);
}

function sum(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return rounded({ digits: scaled(a, exponent) + scaled(b, exponent), exponent });
}

/** Half goes to the even digit. */
function rounded({ digits, exponent }: Decimal): Decimal {
  const size = digits < 0n ? -digits : digits;
  const excess = String(size).length - precision;
  if (excess <= 0) return { digits, exponent };
  const unit = 10n ** BigInt(excess);
  const [kept, rest] = [size / unit, (size % unit) * 2n];
  const up = rest > unit || (rest === unit && kept % 2n === 1n) ? kept + 1n : kept;
  return { digits: digits < 0n ? -up : up, exponent: exponent + excess };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}

function sign(value: bigint): number {
  return value === 0n ? 0 : value < 0n ? -1 : 1;
}
