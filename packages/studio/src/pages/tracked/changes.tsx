import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import {
  redactTracked,
  retireTracked,
  rollBackTracked,
  type TrackedRecordView,
  type TrackSubmission,
  updateTracked,
} from '../../api/index.ts';
import { draftOf, SubmissionForm } from '../../track/index.ts';
import { Failure } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './changes.module.css';

const route = getRouteApi('/track/$kind/$id');
const ways = ['Update', 'Roll back', 'Retire', 'Redact'] as const;
type Way = (typeof ways)[number];

/** What can be done next; each appends a revision on top of the newest that this page knows of. */
export function Changes({ data }: { readonly data: TrackedRecordView }) {
  const [way, setWay] = useState<Way>();
  const navigate = route.useNavigate();
  const { revisions, record } = data;
  const { kind, id } = record;
  const base = String(revisions.length);
  const sealed = () => {
    setWay(undefined);
    void navigate({ search: { sealed: 'now' } });
  };
  const isRetired = revisions.at(-1)!.event === 'retired';
  return (
    <Panel
      title="Change it"
      hint={isRetired ? 'it is retired; an update takes it into use again' : 'appends a revision'}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="What to do"
          data={[...ways]}
          value={way ?? ''}
          onChange={(value) => setWay(value as Way)}
        />
      }
    >
      {way === undefined && <p className={styles.hint}>Choose what to do.</p>}
      {way === 'Update' && <Updating data={data} base={base} isRetired={isRetired} onSealed={sealed} />}
      {way === 'Roll back' && (
        <Deciding
          key={way}
          label="Revision to have again"
          initial={record.revision < revisions.length ? String(record.revision) : ''}
          action="Roll back"
          onDone={sealed}
          decide={({ which, note }) => rollBackTracked(kind, id, { to: which, base, ...(note === '' ? {} : { note }) })}
        />
      )}
      {way === 'Retire' && (
        <Deciding
          key={way}
          action="Retire it"
          onDone={sealed}
          decide={({ note }) => retireTracked(kind, id, { base, ...(note === '' ? {} : { note }) })}
        />
      )}
      {way === 'Redact' && (
        <Deciding
          key={way}
          label="Revisions whose content goes"
          initial={String(record.revision)}
          noteLabel="Reason, kept with the record: say it without what it hides"
          isFinal
          action="Take the content away"
          onDone={sealed}
          decide={({ which, note }) =>
            redactTracked(kind, id, {
              revisions: which.split(/[\s,]+/).filter((one) => one !== ''),
              reason: note,
              base,
            })
          }
        />
      )}
    </Panel>
  );
}

interface UpdatingProps {
  readonly data: TrackedRecordView;
  readonly base: string;
  readonly isRetired: boolean;
  readonly onSealed: () => void;
}

function Updating({ data, base, isRetired, onSealed }: UpdatingProps) {
  const { metadata, record, files } = data;
  // What others seal meanwhile must not change what is being written, nor pass for what it was begun on.
  const [begun, setBegun] = useState(base);
  const isNewest = String(record.revision) === base;
  const [draft, setDraft] = useState(() =>
    draftOf({ format: metadata.format, text: isNewest ? (metadata.text ?? '') : '' }),
  );
  const { kind, id } = record;
  return (
    <SubmissionForm
      kind={kind}
      id={id}
      base={begun}
      draft={draft}
      onChange={setDraft}
      action="Seal the revision"
      canSeal
      seal={(submission: TrackSubmission) =>
        updateTracked(kind, id, { ...submission, ...(isRetired ? { revive: true } : {}) })
      }
      onSealed={onSealed}
    >
      {begun !== base && (
        <div className={styles.overtaken} role="status" data-meaning="running">
          <p>
            Revision {base} was sealed since you began, on revision {begun}. What you wrote is kept;{' '}
            <Link to="/track/$kind/$id" params={{ kind, id }} search={{ with: begun }} resetScroll={false}>
              see what differs
            </Link>
            , and take over what you want of it: a document that you give replaces theirs whole.
          </p>
          <Button size="xs" variant="default" onClick={() => setBegun(base)}>
            Build on revision {base}
          </Button>
        </div>
      )}
      {isNewest && files.length > 0 && (
        <fieldset className={styles.kept}>
          <legend>Files that stay</legend>
          {files.map(({ name }) => (
            <Checkbox
              key={name}
              label={name}
              checked={!draft.removed.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                setDraft((all) => ({
                  ...all,
                  removed: checked ? all.removed.filter((one) => one !== name) : [...all.removed, name],
                }))
              }
            />
          ))}
        </fieldset>
      )}
    </SubmissionForm>
  );
}

interface DecidingProps {
  /** Of the field for revisions; without it there is none. */
  readonly label?: string;
  readonly initial?: string;
  readonly noteLabel?: string;
  readonly action: string;
  /** Nothing brings back what goes: it needs a reason, and a tick. */
  readonly isFinal?: boolean;
  readonly decide: (given: { readonly which: string; readonly note: string }) => Promise<unknown>;
  readonly onDone: () => void;
}

function Deciding({ label, initial = '', noteLabel = 'Note', action, isFinal = false, decide, onDone }: DecidingProps) {
  const [which, setWhich] = useState(initial);
  const [note, setNote] = useState('');
  const [isSure, setSure] = useState(false);
  const { mutate, error, isPending } = useMutation({ mutationFn: decide, onSuccess: onDone });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ which: which.trim(), note: note.trim() });
  };
  const isReady = (label === undefined || which.trim() !== '') && (!isFinal || (isSure && note.trim() !== ''));
  return (
    <form className={styles.form} onSubmit={submit}>
      {label && (
        <TextInput
          label={label}
          required
          value={which}
          onChange={({ currentTarget }) => setWhich(currentTarget.value)}
        />
      )}
      <TextInput
        label={noteLabel}
        required={isFinal}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {isFinal && (
        <Checkbox
          label="I know that nothing brings it back"
          checked={isSure}
          onChange={({ currentTarget }) => setSure(currentTarget.checked)}
        />
      )}
      {error && <Failure error={error} />}
      <Button type="submit" loading={isPending} disabled={!isReady}>
        {action}
      </Button>
    </form>
  );
}
