import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Error as onlyErrors } from 'vega';
import embed, { type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import { dark, light, type } from '../../theme/tokens.ts';
import { Failure } from '../../ui/messages.tsx';
import styles from './vega-chart.module.css';

interface VegaChartProps {
  readonly spec: Readonly<Record<string, unknown>>;
}

const HEIGHT = 240;
const refuse = () => Promise.reject(new Error('a chart fetches nothing and leads nowhere'));
const nothing = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

/** A Vega-Lite chart in the studio's colours. Nothing in it is evaluated as a script, and it fetches nothing. */
export function VegaChart({ spec }: VegaChartProps) {
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let isGone = false;
    let end = () => {};
    const isSimple = 'mark' in spec || 'layer' in spec;
    // The title stands above the chart already.
    const { title: _title, $schema: _schema, ...rest } = spec;
    const shown = isSimple ? { ...rest, width: 'container', height: HEIGHT } : rest;
    embed(element, shown as unknown as VisualizationSpec, {
      mode: 'vega-lite',
      logLevel: onlyErrors,
      actions: false,
      renderer: 'svg',
      ast: true,
      expr: expressionInterpreter,
      config: configOf(scheme === 'dark'),
      loader: nothing,
    }).then(
      ({ finalize }) => {
        if (isGone) finalize();
        else end = finalize;
      },
      (failure: unknown) => !isGone && setError(failure),
    );
    return () => {
      isGone = true;
      end();
    };
  }, [spec, scheme]);
  if (error) return <Failure error={error} />;
  return <div ref={box} className={styles.chart} />;
}

function configOf(isDark: boolean) {
  const { ink, muted, line, strong, meanings } = isDark ? dark : light;
  const { positive, negative, done, running, cached, failed } = meanings;
  return {
    background: 'transparent',
    view: { stroke: line },
    axis: {
      labelColor: muted,
      titleColor: muted,
      gridColor: line,
      domainColor: strong,
      tickColor: strong,
      labelFontSize: type.small,
    },
    legend: {
      labelColor: ink,
      titleColor: muted,
      labelFontSize: type.small,
      orient: 'bottom' as const,
      columns: 2,
      labelLimit: 170,
      symbolType: 'stroke',
    },
    title: { color: ink },
    range: { category: [positive, negative, done, running, cached, failed].map(({ fill }) => fill) },
  };
}
