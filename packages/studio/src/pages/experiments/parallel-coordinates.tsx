import { useComputedColorScheme } from '@mantine/core';
import { ParallelChart } from 'echarts/charts';
import { AriaComponent, ParallelComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { ExperimentColumn, ExperimentRow } from '../../api/index.ts';
import { labelsOf, shownName, varying, write } from '../../experiments/index.ts';
import { dark, light, type } from '../../theme/tokens.ts';
import styles from './parallel-coordinates.module.css';

use([ParallelChart, ParallelComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface ParallelCoordinatesProps {
  readonly columns: readonly ExperimentColumn[];
  readonly shown: readonly number[];
  readonly rows: readonly ExperimentRow[];
  readonly picked: ReadonlySet<string>;
}

/** More axes do not fit beside each other. */
const AXES = 10;

/** A line for each row across an axis for each column that differs: parameters first, what came of them last. */
export function ParallelCoordinates({ columns, shown, rows, picked }: ParallelCoordinatesProps) {
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = init(element, null, { renderer: 'svg' });
    draw(chart, { columns, shown, rows, picked }, scheme === 'dark');
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [columns, shown, rows, picked, scheme]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label="Parameters and metrics of each row" tabIndex={0}>
      <div ref={box} className={styles.chart} />
    </section>
  );
}

function draw(chart: ECharts, { columns, shown, rows, picked }: ParallelCoordinatesProps, isDark: boolean): void {
  const palette = isDark ? dark : light;
  const differ = varying(columns, rows);
  const axes = shown
    .filter((i) => differ.has(i))
    .sort((a, b) => Number(columns[a]?.kind === 'metrics') - Number(columns[b]?.kind === 'metrics'))
    .slice(0, AXES);
  const labels = labelsOf(rows);
  const text = { color: palette.muted, fontSize: type.small };
  const isNumeric = (i: number) => rows.every(({ values }) => typeof values[i] === 'number' || values[i] === null);
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(chart.getDom()).fontFamily },
    aria: { enabled: true },
    tooltip: {
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: type.small },
      formatter: ({ name }: { readonly name: string }) => asText(name),
    },
    parallel: { left: 40, right: 60, top: 50, bottom: 20, axisExpandable: false },
    parallelAxis: axes.map((i, dim) => ({
      dim,
      name: shownName(columns[i]!, columns),
      ...(isNumeric(i) ? { type: 'value', scale: true } : { type: 'category', data: categories(rows, i) }),
      nameTextStyle: { color: columns[i]?.kind === 'metrics' ? palette.ink : palette.muted, fontSize: type.small },
      nameTruncateLength: 18,
      axisLabel: text,
      axisLine: { lineStyle: { color: palette.strong } },
      axisTick: { lineStyle: { color: palette.strong } },
      areaSelectStyle: { color: palette.ink, opacity: 0.15, borderColor: palette.ink, width: 16 },
    })),
    series: [
      {
        type: 'parallel',
        lineStyle: { width: 1.5, opacity: 0.7 },
        emphasis: { lineStyle: { width: 3, opacity: 1 } },
        inactiveOpacity: 0.06,
        activeOpacity: 1,
        data: rows
          .filter(({ error }) => error === null)
          .map((row) => {
            const isPicked = picked.has(row.rev);
            return {
              name: labels.get(row.rev) ?? row.rev,
              value: axes.map((i) => (isNumeric(i) ? (row.values[i] ?? '-') : write(row.values[i]))),
              lineStyle: {
                color: isPicked
                  ? palette.meanings.positive.fill
                  : row.kind === 'experiment'
                    ? palette.muted
                    : palette.ink,
                width: isPicked ? 3 : 1.5,
                type: row.kind === 'experiment' ? 'solid' : 'dashed',
              },
            };
          }),
      },
    ],
  });
}

function categories(rows: readonly ExperimentRow[], i: number): readonly string[] {
  return [...new Set(rows.map(({ values }) => write(values[i])))].sort();
}

/** The tooltip takes HTML, and names come from the repository. */
function asText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
