import { counted } from '../../ui/format.ts';

/** How long a proposal stays open, in its largest whole unit: `7 days`, `36 hours`. */
export function span(seconds: number): string {
  if (seconds % 86_400 === 0) return counted(seconds / 86_400, 'day');
  if (seconds % 3600 === 0) return counted(seconds / 3600, 'hour');
  return counted(seconds, 'second');
}
