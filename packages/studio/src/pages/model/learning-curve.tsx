import { useComputedColorScheme } from '@mantine/core';
import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Epoch } from '../../api/index.ts';
import { dark, light, type } from '../../theme/tokens.ts';
import { Empty } from '../../ui/messages.tsx';
import styles from './learning-curve.module.css';

use([LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** Loss by epoch on training and development texts, and macro F1 on the latter. */
export function LearningCurve({ history }: { readonly history: readonly Epoch[] }) {
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = init(element, null, { renderer: 'svg' });
    draw(chart, history, scheme === 'dark');
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [history, scheme]);
  const last = history.at(-1);
  if (!last) return <Empty>The evaluation tells nothing of the training.</Empty>;
  return <div ref={box} className={styles.chart} />;
}

function draw(chart: ECharts, history: readonly Epoch[], isDark: boolean): void {
  const { ink, muted, line, surface, strong } = isDark ? dark : light;
  const text = { color: muted, fontSize: type.small };
  const axis = { axisLabel: text, nameTextStyle: text, axisLine: { lineStyle: { color: strong } } };
  const series = [
    { name: 'training loss', axis: 0, dash: 'dashed' as const, read: (epoch: Epoch) => epoch.trainLoss },
    { name: 'development loss', axis: 0, dash: 'solid' as const, read: (epoch: Epoch) => epoch.devLoss },
    { name: 'development macro F1', axis: 1, dash: 'dotted' as const, read: (epoch: Epoch) => epoch.devMacroF1 },
  ].filter(({ read }) => history.some((epoch) => read(epoch) !== undefined));
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(chart.getDom()).fontFamily },
    aria: { enabled: true },
    grid: { left: 44, right: 44, top: 56, bottom: 40 },
    legend: { top: 0, left: 0, textStyle: { color: ink, fontSize: type.small }, itemWidth: 28, itemHeight: 8 },
    tooltip: {
      trigger: 'axis',
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: ink, fontSize: type.small },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? value.toFixed(3) : 'none'),
    },
    xAxis: {
      type: 'category',
      name: 'epoch',
      nameLocation: 'middle',
      nameGap: 26,
      data: history.map(({ epoch }) => epoch),
      ...axis,
    },
    yAxis: [
      { type: 'value', name: 'loss', min: 0, splitLine: { lineStyle: { color: line } }, ...axis },
      { type: 'value', name: 'F1', min: 0, max: 1, splitLine: { show: false }, ...axis },
    ],
    series: series.map(({ name, axis: yAxisIndex, dash, read }) => ({
      type: 'line',
      name,
      yAxisIndex,
      showSymbol: false,
      lineStyle: { color: yAxisIndex === 0 ? ink : muted, width: 2, type: dash },
      itemStyle: { color: yAxisIndex === 0 ? ink : muted },
      data: history.map((epoch) => read(epoch) ?? null),
    })),
  });
}
