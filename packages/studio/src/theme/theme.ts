import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { dark, light, meaningNames, type Palette, radius, space, type } from './tokens.ts';

const ink: MantineColorsTuple = [
  light.page,
  light.sunken,
  light.line,
  '#bdb9ae',
  light.strong,
  light.muted,
  '#46433d',
  '#33312c',
  light.ink,
  '#0f0e0d',
];

const px = (value: number) => `${value / 16}rem`;

export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
  colors: { ink },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 2 },
  components: { Checkbox: { defaultProps: { color: 'var(--a-ink)', iconColor: 'var(--a-page)' } } },
  // Mantine picks the text of a filled button by the light palette alone.
  variantColorResolver: (input) =>
    input.variant === 'filled'
      ? { background: 'var(--a-ink)', hover: 'var(--a-muted)', color: 'var(--a-page)', border: '1px solid transparent' }
      : defaultVariantColorsResolver(input),
  fontSizes: { xs: px(type.small), sm: px(type.body), md: px(type.body), lg: px(type.lead), xl: px(type.title) },
  spacing: { xs: px(space[2]), sm: px(space[3]), md: px(space[4]), lg: px(space[5]), xl: px(space[6]) },
  radius: { sm: px(radius.small), md: px(radius.medium) },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** The tokens as CSS variables, `--a-…`, which the style sheets use. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    ...Object.fromEntries(Object.entries(type).map(([name, size]) => [`--a-type-${name}`, px(size)])),
    ...Object.fromEntries(Object.entries(space).map(([step, size]) => [`--a-space-${step}`, px(size)])),
    ...Object.fromEntries(Object.entries(radius).map(([name, size]) => [`--a-radius-${name}`, px(size)])),
  },
  light: colorVariables(light),
  dark: colorVariables(dark),
});

function colorVariables(palette: Palette): Record<string, string> {
  const variables: Record<string, string> = {
    '--a-page': palette.page,
    '--a-surface': palette.surface,
    '--a-sunken': palette.sunken,
    '--a-line': palette.line,
    '--a-strong': palette.strong,
    '--a-ink': palette.ink,
    '--a-muted': palette.muted,
    '--mantine-color-body': palette.page,
    '--mantine-color-text': palette.ink,
    '--mantine-color-dimmed': palette.muted,
    '--mantine-color-error': palette.meanings.failed.text,
    '--mantine-color-default-border': palette.strong,
  };
  for (const name of meaningNames) {
    const { text, fill, wash } = palette.meanings[name];
    variables[`--a-${name}-text`] = text;
    variables[`--a-${name}-fill`] = fill;
    variables[`--a-${name}-wash`] = wash;
  }
  return variables;
}
