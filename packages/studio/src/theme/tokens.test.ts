import { expect, test } from 'vitest';
import { dark, light, meaningNames, type Palette } from './tokens.ts';

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const palettes: readonly (readonly [string, Palette])[] = [
  ['light', light],
  ['dark', dark],
];

for (const [name, palette] of palettes) {
  test(`every text of the ${name} palette has a contrast of 4.5 on each ground it stands on`, () => {
    const grounds = [palette.page, palette.surface, palette.sunken];
    for (const ground of grounds) {
      expect(contrast(palette.ink, ground)).toBeGreaterThan(7);
      expect(contrast(palette.muted, ground)).toBeGreaterThan(4.5);
    }
    for (const meaning of meaningNames) {
      const { text, wash } = palette.meanings[meaning];
      for (const ground of [...grounds, wash])
        expect(contrast(text, ground), `${meaning} on ${ground}`).toBeGreaterThan(4.5);
      expect(contrast(palette.ink, wash), `ink on ${meaning}`).toBeGreaterThan(7);
    }
  });

  test(`every fill and every edge of a control in the ${name} palette has a contrast of 2 or 3 on a surface`, () => {
    for (const meaning of meaningNames) {
      expect(contrast(palette.meanings[meaning].fill, palette.surface), meaning).toBeGreaterThan(2);
    }
    expect(contrast(palette.strong, palette.surface)).toBeGreaterThan(3);
  });
}
