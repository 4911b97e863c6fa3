import { describe, expect, it } from 'vitest';
import { styles } from './styles.ts';
import { dark, light, meaningNames } from './tokens.ts';

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** color-mix(in srgb, a share, b) */
function mix(a: string, share: number, b: string): number[] {
  const [from, to] = [rgb(a), rgb(b)];
  return from.map((part, index) => part * share + to[index]! * (1 - share));
}

const [darkestInLight, darkestInDark] = [...styles.matchAll(/--darkest:(\d+)%/gu)].map(
  (found) => Number(found[1]) / 100,
);

describe.each([
  ['light', light, darkestInLight!],
  ['dark', dark, darkestInDark!],
])('the %s palette', (_, palette, darkest) => {
  it('keeps ink readable on the strongest shade of a cell', () => {
    expect(contrast(rgb(palette.ink), mix(palette.ink, darkest, palette.surface))).toBeGreaterThan(4.5);
  });

  it('keeps ink readable on the strongest colour of a word', () => {
    for (const name of meaningNames) {
      const ground = mix(palette.meanings[name].fill, 0.45, palette.surface);
      expect(contrast(rgb(palette.ink), ground), name).toBeGreaterThan(4.5);
    }
  });

  it('keeps text readable on every ground', () => {
    for (const ground of [palette.page, palette.surface, palette.sunken]) {
      expect(contrast(rgb(palette.ink), rgb(ground))).toBeGreaterThan(7);
      expect(contrast(rgb(palette.muted), rgb(ground))).toBeGreaterThan(4.5);
    }
    for (const name of meaningNames) {
      const { text, wash } = palette.meanings[name];
      expect(contrast(rgb(text), rgb(wash)), name).toBeGreaterThan(4.5);
    }
  });
});
