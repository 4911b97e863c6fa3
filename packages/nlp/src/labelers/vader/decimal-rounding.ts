/**
 * Rounds to `digits` decimals (at most 20) as Python's `round` does: the exact binary value decides, and an exact tie
 * goes to the even digit.
 */
export function roundHalfEven(value: number, digits: number): number {
  const scale = 10 ** digits;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const fraction = scaled - floor;
  // Away from the middle the product's own rounding error cannot matter.
  if (Math.abs(fraction - 0.5) > 1e-6) return positiveZero((fraction < 0.5 ? floor : floor + 1) / scale);
  // toFixed reads the exact value, but sends a tie away from zero.
  const exact = value.toFixed(digits + 40);
  const isTie = /^5(?:0*)$/u.test(exact.slice(exact.indexOf('.') + 1 + digits));
  if (!isTie) return positiveZero(Number(value.toFixed(digits)));
  return positiveZero((floor % 2 === 0 ? floor : floor + 1) / scale);
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}
