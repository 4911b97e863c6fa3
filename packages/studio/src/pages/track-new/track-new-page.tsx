import { Autocomplete, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createTracked, trackStatisticsQuery } from '../../api/index.ts';
import { emptyDraft, SubmissionForm } from '../../track/index.ts';
import { Page, Panel } from '../../ui/page.tsx';
import styles from './track-new-page.module.css';

const KIND = /^[a-z][a-z0-9-]{0,62}$/;
const ID = /^[^\s@]{1,200}$/;

/** Begins a record: metadata and data pasted or dropped, files of any size, and a receipt back. */
export function TrackNewPage() {
  const navigate = useNavigate();
  const { data: statistics } = useQuery(trackStatisticsQuery);
  const [kind, setKind] = useState('');
  const [id, setId] = useState('');
  const [draft, setDraft] = useState(emptyDraft);
  const kindFits = KIND.test(kind);
  const idFits = ID.test(id);
  return (
    <Page title="New record" above={<Link to="/track">Track</Link>}>
      <Panel title="What is recorded" hint="sealed in the ledger, given back byte for byte">
        <SubmissionForm
          kind={kind}
          id={id}
          draft={draft}
          onChange={setDraft}
          action="Seal the record"
          canSeal={kindFits && idFits}
          seal={(submission) => createTracked(kind, id, submission)}
          onSealed={({ record }) =>
            void navigate({
              to: '/track/$kind/$id',
              params: { kind: record.kind, id: record.id },
              search: { sealed: 'now' },
            })
          }
        >
          <div className={styles.pair}>
            <Autocomplete
              label="Kind"
              description="experiment, decision, data-sheet: a word of your own"
              required
              value={kind}
              data={statistics?.byKind.map((one) => one.kind) ?? []}
              error={kind !== '' && !kindFits && 'a lower-case word with digits and hyphens'}
              onChange={setKind}
            />
            <TextInput
              label="Id"
              description="what it is called, unique in its kind"
              required
              value={id}
              error={id !== '' && !idFits && 'no spaces and no @'}
              onChange={({ currentTarget }) => setId(currentTarget.value)}
            />
          </div>
        </SubmissionForm>
      </Panel>
    </Page>
  );
}
