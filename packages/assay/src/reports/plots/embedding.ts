import { posix } from 'node:path';
import type { PlotImage } from '../../plots/index.ts';
import { Html } from '../html.ts';

/** A picture as an address that holds it. */
export function imageAddress({ path, bytes }: PlotImage): string {
  const extension = posix.extname(path).slice(1);
  const type = extension === 'svg' ? 'svg+xml' : extension === 'jpg' ? 'jpeg' : extension;
  return `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
}

/** A value inside of a script element, which only `<` could end. */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
