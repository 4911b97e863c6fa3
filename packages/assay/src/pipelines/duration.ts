const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

const oneOrMore = /^(?:\d+(?:\.\d+)?[smhd])+$/;

/** What a duration looks like, as a regular expression for JSON Schema. */
export const durationPattern = oneOrMore;

/** Seconds of "90s", "5m", "1.5h", "1h30m", "2d"; undefined when it is no duration, or not above zero. */
export function parseDuration(text: string): number | undefined {
  if (!oneOrMore.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g))
    seconds += Number(number) * units[unit as keyof typeof units];
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

/** The shortest text that parses to so many seconds. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const)
    if (seconds % units[unit] === 0) return `${seconds / units[unit]}${unit}`;
  return `${seconds}s`;
}
