import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type ModelVersionView, type ModelView, modelQuery } from '../../api/index.ts';
import { RecordLink, RunLink } from '../../ui/links.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Page } from '../../ui/page.tsx';
import { When } from '../../ui/when.tsx';
import styles from './model-frame.module.css';

const tabs = [
  ['/models/$name', 'Scores'],
  ['/models/$name/words', 'Words'],
  ['/models/$name/paragraphs', 'Paragraphs'],
] as const;

interface ModelFrameProps {
  readonly name: string;
  /** What the address asks for; else what is in production, or the newest. */
  readonly version: string | undefined;
  readonly children: (version: ModelVersionView, model: ModelView) => ReactNode;
}

/** What stands around the pages of one version of a model. */
export function ModelFrame({ name, version: wanted, children }: ModelFrameProps) {
  const { data: model, error, refetch } = useQuery(modelQuery(name));
  const navigate = useNavigate();
  const above = <Link to="/models">Models</Link>;
  if (!model) {
    return (
      <Page title={name} above={above} facts=" ">
        {error ? <Failure error={error} again={() => void refetch()} /> : <Loading height={420} />}
      </Page>
    );
  }
  const version = wanted
    ? model.versions.find((one) => one.version === wanted)
    : (model.versions.find(({ stages }) => stages.includes('production')) ?? model.versions[0]);
  return (
    <Page
      title={name}
      above={above}
      facts={version && <VersionFacts model={model} version={version} />}
      actions={
        <NativeSelect
          aria-label="Version"
          size="xs"
          data={model.versions.map((one) => ({
            value: one.version,
            label: [one.version, ...one.stages].join(' · '),
          }))}
          value={version?.version ?? ''}
          onChange={({ currentTarget }) =>
            void navigate({ to: '.', search: (before) => ({ ...before, version: currentTarget.value }) })
          }
        />
      }
    >
      <nav className={styles.tabs} aria-label={`Pages of ${name}`}>
        {tabs.map(([to, title]) => (
          <Link
            key={to}
            to={to}
            params={{ name }}
            search={wanted ? { version: wanted } : {}}
            activeOptions={{ exact: to === '/models/$name', includeSearch: false }}
            className={styles.tab}
          >
            {title}
          </Link>
        ))}
        {version && (
          <Link to="/lineage" search={{ ref: version.hash }} className={styles.tab}>
            Lineage
          </Link>
        )}
      </nav>
      {version ? children(version, model) : <Failure error={new Error(`${name} has no version ${wanted}`)} />}
    </Page>
  );
}

function VersionFacts({ model, version }: { readonly model: ModelView; readonly version: ModelVersionView }) {
  const here = model.stages.filter((stage) => stage.version === version.version);
  return (
    <>
      <span>
        version {version.version}, sealed <When at={version.at} /> as <RecordLink hash={version.hash} />
      </span>
      {here.map((stage) => (
        <span key={stage.stage}>
          <strong className={styles.stage}>in {stage.stage}</strong> since <When at={stage.at} /> by record{' '}
          <RecordLink hash={stage.hash} />
        </span>
      ))}
      {version.run && (
        <span>
          made by run <RunLink run={version.run.id} />
        </span>
      )}
    </>
  );
}
