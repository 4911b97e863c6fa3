/** How reports write numbers. */

const dash = '–';

/** Decimals without the leading zero: `.49`, `−.03`, `1.00`; a dash for null. */
export function share(value: number | null, digits = 2): string {
  if (value === null) return dash;
  const text = Math.abs(value).toFixed(digits).replace(/^0\./u, '.');
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** `.44 to .53` */
export function range(low: number | null, high: number | null, digits = 2): string {
  return low === null || high === null ? '' : `${share(low, digits)} to ${share(high, digits)}`;
}

/** `49 %` */
export function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** `12,345` */
function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 text`, `2 texts` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
