import { Checkbox, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ExperimentColumn, ExperimentRow } from '../../api/index.ts';
import { keyOf, shownName, write } from '../../experiments/index.ts';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import styles from './experiment-table.module.css';

interface ExperimentTableProps {
  readonly columns: readonly ExperimentColumn[];
  /** Places of the columns that are shown. */
  readonly shown: readonly number[];
  readonly rows: readonly ExperimentRow[];
  readonly picked: ReadonlySet<string>;
  readonly sort: string | undefined;
  readonly isDescending: boolean;
  readonly onPick: (rev: string, isPicked: boolean) => void;
  readonly onSort: (key: string) => void;
}

/** The workspace and commits, each followed by its experiments; what an experiment has otherwise than its commit stands out. */
export function ExperimentTable(props: ExperimentTableProps) {
  const { columns, shown, rows, picked, onPick } = props;
  const baselines = new Map(rows.filter(({ kind }) => kind !== 'experiment').map((row) => [row.rev, row]));
  const hasStates = rows.some(({ state }) => state !== 'done');
  const of = (kind: ExperimentColumn['kind']) => shown.filter((i) => columns[i]?.kind === kind);
  const [metrics, params] = [of('metrics'), of('params')];
  const isNumeric = (i: number) => rows.some(({ values }) => typeof values[i] === 'number');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label="Experiments" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr className={styles.kinds}>
            <td className={styles.first} />
            <td colSpan={hasStates ? 2 : 1} />
            {metrics.length > 0 && (
              <th scope="colgroup" colSpan={metrics.length}>
                Metrics
              </th>
            )}
            {params.length > 0 && (
              <th scope="colgroup" colSpan={params.length}>
                Parameters
              </th>
            )}
          </tr>
          <tr>
            <Head {...props} name="name" className={styles.first}>
              Experiment
            </Head>
            {hasStates && <th scope="col">State</th>}
            <Head {...props} name="created">
              Created
            </Head>
            {[...metrics, ...params].map((i) => {
              const column = columns[i]!;
              return (
                <Head
                  key={keyOf(column)}
                  {...props}
                  name={keyOf(column)}
                  title={`${column.file}: ${column.name}`}
                  isNumeric={isNumeric(i)}
                >
                  {shownName(column, columns)}
                </Head>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const baseline = row.baseline === null ? undefined : baselines.get(row.baseline);
            const name = row.kind === 'workspace' ? 'workspace' : (row.name ?? row.rev.slice(0, 10));
            return (
              <tr key={`${row.kind} ${row.rev}`} data-kind={row.kind} data-picked={picked.has(row.rev)}>
                <th scope="row" className={styles.first}>
                  <Checkbox
                    size="xs"
                    label={<span title={row.rev}>{name}</span>}
                    aria-label={`Choose ${name}`}
                    checked={picked.has(row.rev)}
                    disabled={row.state === 'queued' || row.state === 'running'}
                    onChange={({ currentTarget }) => onPick(row.rev, currentTarget.checked)}
                  />
                </th>
                {hasStates && <td>{row.kind === 'experiment' && <State state={row.state} />}</td>}
                <td>{row.created && <When at={row.created} />}</td>
                {row.error === null ? (
                  [...metrics, ...params].map((i) => (
                    <td
                      key={keyOf(columns[i]!)}
                      data-numeric={isNumeric(i)}
                      data-other={baseline !== undefined && columns[i]!.kind === 'params' && differs(row, baseline, i)}
                      title={row.values[i] === null ? undefined : JSON.stringify(row.values[i])}
                    >
                      {write(row.values[i])}
                    </td>
                  ))
                ) : (
                  <td colSpan={Math.max(1, metrics.length + params.length)} className={styles.error}>
                    {row.error}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function differs(row: ExperimentRow, baseline: ExperimentRow, i: number): boolean {
  return JSON.stringify(row.values[i]) !== JSON.stringify(baseline.values[i]);
}

interface HeadProps extends Pick<ExperimentTableProps, 'sort' | 'isDescending' | 'onSort'> {
  readonly name: string;
  readonly title?: string;
  readonly className?: string | undefined;
  readonly isNumeric?: boolean;
  readonly children: ReactNode;
}

function Head({ name, title, className, isNumeric = false, children, sort, isDescending, onSort }: HeadProps) {
  const isSorted = sort === name;
  return (
    <th
      scope="col"
      className={className}
      data-numeric={isNumeric}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
    >
      <UnstyledButton className={styles.sort} title={title} onClick={() => onSort(name)}>
        {children}
        {isSorted && (isDescending ? <IconArrowDown size={12} aria-hidden /> : <IconArrowUp size={12} aria-hidden />)}
      </UnstyledButton>
    </th>
  );
}
