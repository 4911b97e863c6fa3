import { Button, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode, SubmitEvent } from 'react';
import { ApiError, type SealedTrack, type TrackSubmission, trackPlanQuery } from '../api/index.ts';
import { counted } from '../ui/format.ts';
import { Failure } from '../ui/messages.tsx';
import { DocumentField } from './document-field.tsx';
import { type Draft, isFilled, submissionOf } from './draft.ts';
import { dataExamples, metadataExamples } from './examples.ts';
import { FieldChanges, FileChanges } from './field-changes.tsx';
import { FilesField } from './files-field.tsx';
import styles from './submission-form.module.css';

interface SubmissionFormProps {
  readonly kind: string;
  readonly id: string;
  readonly draft: Draft;
  readonly onChange: (change: (draft: Draft) => Draft) => void;
  /** The revision that it builds on; refused when somebody was first. */
  readonly base?: string;
  readonly seal: (submission: TrackSubmission) => Promise<SealedTrack>;
  readonly onSealed: (sealed: SealedTrack) => void;
  readonly action: string;
  /** Stands above the documents: kind and id where they are to be chosen. */
  readonly children?: ReactNode;
  readonly canSeal: boolean;
}

/** Documents, files and a note; the version that they would have, and why; and what seals them. */
export function SubmissionForm(props: SubmissionFormProps) {
  const { kind, id, draft, onChange, base, seal, onSealed, action, children, canSeal } = props;
  const submission = { ...submissionOf(draft), ...(base === undefined ? {} : { base }) };
  const [settled] = useDebouncedValue(submission, 500);
  const isAnything =
    isFilled(draft.metadata) || isFilled(draft.data) || draft.files.length > 0 || draft.removed.length > 0;
  const { data: plan, error: unplanned } = useQuery({
    ...trackPlanQuery(kind, id, settled),
    enabled: canSeal && isAnything && JSON.stringify(settled) === JSON.stringify(submission),
  });
  const { mutate, error, isPending } = useMutation({ mutationFn: seal, onSuccess: onSealed });
  const isSending = draft.files.some(({ uploaded, problem }) => uploaded === undefined && problem === undefined);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate(submission);
  };
  const problem = error ?? unplanned;
  const problemOf = (name: string) =>
    problem instanceof ApiError && new RegExp(`^(?:the )?${name}\\b`).test(problem.message)
      ? problem.message
      : undefined;
  const isPlaced = problemOf('metadata') !== undefined || problemOf('data') !== undefined;
  return (
    <form className={styles.form} onSubmit={submit}>
      {children}
      <DocumentField
        name="metadata"
        formats={['json', 'ion', 'yaml']}
        examples={metadataExamples}
        value={draft.metadata}
        problem={problemOf('metadata')}
        onChange={(metadata) => onChange((all) => ({ ...all, metadata }))}
      />
      <DocumentField
        name="data"
        formats={['json', 'ion', 'yaml', 'jdf']}
        examples={dataExamples}
        value={draft.data}
        problem={problemOf('data')}
        onChange={(data) => onChange((all) => ({ ...all, data }))}
      />
      <FilesField files={draft.files} onChange={(files) => onChange((all) => ({ ...all, files: files(all.files) }))} />
      <div className={styles.pair}>
        <Textarea
          label="Note"
          description="a remark that is sealed with it"
          autosize
          minRows={1}
          maxRows={6}
          maxLength={10_000}
          value={draft.note}
          onChange={({ currentTarget: { value } }) => onChange((all) => ({ ...all, note: value }))}
        />
        <TextInput
          label="Version"
          description={
            plan && draft.version === '' ? `${plan.version}: ${plan.because}` : 'M:m:p, in place of the proposed one'
          }
          placeholder={plan?.version ?? 'proposed from what changed'}
          value={draft.version}
          onChange={({ currentTarget: { value } }) => onChange((all) => ({ ...all, version: value }))}
        />
      </div>
      {plan && (plan.changes.length > 0 || plan.files.length > 0) && (
        <details className={styles.changes}>
          <summary>{counted(plan.changes.length + plan.files.length, 'change')} from the newest revision</summary>
          <FieldChanges changes={plan.changes} />
          <FileChanges files={plan.files} />
        </details>
      )}
      {problem && !isPlaced && <Failure error={problem} />}
      <Button type="submit" loading={isPending} disabled={!canSeal || isSending || !(isAnything || base !== undefined)}>
        {isSending ? 'Files are being sent' : action}
      </Button>
    </form>
  );
}
