import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Comparison, recordQuery, runQuery } from '../../api/index.ts';
import { count } from '../../ui/format.ts';
import { Label } from '../../ui/label.tsx';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './disputed.module.css';

const FIRST = 15;

/** The texts that labelers differ on most; each leads to its filing where a model of the run knows it. */
export function Disputed({ comparison, run }: { readonly comparison: Comparison; readonly run: string }) {
  const [all, setAll] = useState(false);
  const model = useModelOf(run);
  const { disagreements, disputedItems, items, labelers, reference } = comparison;
  const shown = all ? disagreements : disagreements.slice(0, FIRST);
  return (
    <Panel title="Most disputed" hint={`${count(disputedItems)} of ${count(items)} texts have different labels`} flush>
      {shown.length === 0 ? (
        <Empty>The labelers agree on every text.</Empty>
      ) : (
        <table className={styles.disputed}>
          <thead>
            <tr>
              <th scope="col">Paragraph</th>
              {labelers.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {reference && <th scope="col">reference</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  {model ? (
                    <Link
                      to="/models/$name/paragraphs/$paragraph"
                      params={{ name: model.id, paragraph: one.id }}
                      search={{ version: model.version }}
                    >
                      {one.id}
                    </Link>
                  ) : (
                    one.id
                  )}
                </th>
                {labelers.map((name) => (
                  <td key={name}>
                    <Label label={one.labels.get(name)} />
                  </td>
                ))}
                {reference && (
                  <td>
                    <Label label={one.reference} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!all && disagreements.length > FIRST && (
        <div className={styles.more}>
          <Button variant="default" size="xs" onClick={() => setAll(true)}>
            Show all {count(disagreements.length)}
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** The first version of a model that the run registered: it knows where paragraphs came from. */
function useModelOf(run: string): { readonly id: string; readonly version: string } | undefined {
  const { data } = useQuery(runQuery(run));
  const hash = data?.record ?? '';
  const { data: record } = useQuery({ ...recordQuery(hash), enabled: hash !== '' });
  return record?.children.find((child) => child.record?.kind === 'model-version')?.record ?? undefined;
}
