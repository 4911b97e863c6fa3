import { type Palette, type as typeSize } from '../tokens.ts';

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** How charts look beside the text of a report: Vega-Lite's `config`. What a plot says of itself counts before it. */
export function chartTheme({ ink, muted, line, strong }: Palette) {
  const words = { labelColor: muted, titleColor: ink, labelFont: font, titleFont: font, titleFontWeight: 400 };
  return {
    background: 'transparent',
    font,
    title: { color: ink, font, fontSize: typeSize.body, fontWeight: 600 },
    axis: {
      ...words,
      labelSeparation: 8,
      gridColor: line,
      domainColor: strong,
      tickColor: strong,
      labelFontSize: typeSize.small,
      titleFontSize: typeSize.small,
    },
    legend: {
      ...words,
      orient: 'bottom',
      direction: 'horizontal',
      columns: 2,
      labelFontSize: typeSize.small,
      titleFontSize: typeSize.small,
      labelLimit: 240,
    },
    header: { ...words, labelFontSize: typeSize.small, titleFontSize: typeSize.small },
    view: { stroke: line },
    text: { color: ink },
  };
}
