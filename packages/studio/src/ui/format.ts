/** Numbers, times and sizes as the whole studio writes them. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export function count(value: number): string {
  return whole.format(value);
}

/** `1 record`, `2,000 records` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** A score between −1 and 1, three digits after the point, a true minus sign. */
export function score(value: number, digits = 3): string {
  return value.toFixed(digits).replace('-', '−');
}

/** A number that may be tiny, with its sign: `+0.042`, `−3.1e-5`. */
export function signed(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && size < 0.001 ? size.toExponential(1).replace('-', '−') : size.toFixed(3);
  return `${value < 0 ? '−' : '+'}${text}`;
}

export function percent(part: number, digits = 1): string {
  return `${(100 * part).toFixed(digits)} %`;
}

export function seconds(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 60) return `${value.toFixed(1)} s`;
  const minutes = Math.floor(value / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(value % 60)).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

export function instant(at: string): string {
  return clock.format(new Date(at));
}

/** `3 min ago`, from the clock of the person who looks. */
export function ago(at: string, now: number): string {
  const past = Math.max(0, (now - Date.parse(at)) / 1000);
  if (past < 10) return 'just now';
  if (past < 90) return `${Math.round(past)} s ago`;
  if (past < 5400) return `${Math.round(past / 60)} min ago`;
  if (past < 129_600) return `${Math.round(past / 3600)} h ago`;
  return `${Math.round(past / 86_400)} days ago`;
}

export function shortDigest(hex: string): string {
  return hex.slice(0, 10);
}
