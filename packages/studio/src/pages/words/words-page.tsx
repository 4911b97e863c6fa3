import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type SubmitEvent, useEffect, useState } from 'react';
import { evaluationQuery, explanationQuery, type ModelVersionView } from '../../api/index.ts';
import { Label } from '../../ui/label.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { ModelFrame } from '../model-frame/index.ts';
import { ExplanationView } from './explanation-view.tsx';
import styles from './words-page.module.css';

const route = getRouteApi('/models/$name/words');
const MOST = 20_000;

export function WordsPage() {
  const { name } = route.useParams();
  const { version } = route.useSearch();
  return (
    <ModelFrame name={name} version={version}>
      {(shown) => <Words version={shown} />}
    </ModelFrame>
  );
}

function Words({ version }: { readonly version: ModelVersionView }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery(evaluationQuery(version.name, version.version));
  const examples = data?.evaluation.examples ?? [];
  const text = search.text ?? examples[0]?.text;
  const [draft, setDraft] = useState(text ?? '');
  useEffect(() => setDraft(text ?? ''), [text]);
  const ask = (next: string, label?: string) =>
    void navigate({
      search: { version: search.version, text: next, label },
      replace: search.text === undefined,
      resetScroll: false,
    });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (draft.trim() !== '') ask(draft.trim());
  };
  return (
    <div className={styles.columns}>
      <Panel title="A text to explain">
        <form className={styles.form} onSubmit={submit}>
          <Textarea
            label="Text"
            description="a paragraph in English, as of a conference call"
            value={draft}
            maxLength={MOST}
            rows={6}
            onChange={({ currentTarget }) => setDraft(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
            }}
          />
          <Button type="submit" disabled={draft.trim() === ''}>
            Explain
          </Button>
        </form>
      </Panel>
      {text === undefined ? (
        <Loading height={420} />
      ) : (
        <Explained version={version} text={text} label={search.label} onLabel={(label) => ask(text, label)} />
      )}
      <Panel title="Texts to try" hint="from its test: the surest mistakes first">
        <ul className={styles.examples}>
          {examples.map((example) => (
            <li key={example.id}>
              <button type="button" onClick={() => ask(example.text)} aria-current={example.text === text || undefined}>
                <span className={styles.excerpt}>{example.text}</span>
                <span className={styles.labels}>
                  reference <Label label={example.label} /> model <Label label={example.predicted} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

interface ExplainedProps {
  readonly version: ModelVersionView;
  readonly text: string;
  readonly label: string | undefined;
  readonly onLabel: (label: string) => void;
}

function Explained({ version, text, label, onLabel }: ExplainedProps) {
  const { data, error, refetch } = useQuery(explanationQuery(version.name, version.version, text, label));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Loading height={420} />;
  return <ExplanationView explanation={data} text={text} labels={version.labels} onLabel={onLabel} />;
}
