import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { type DataChange, type DataText, dataTextQuery } from '../../api/index.ts';
import { bytes } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { TextDiff } from '../../ui/text-diff.tsx';
import styles from './file-panel.module.css';
import { Images } from './images.tsx';

const route = getRouteApi('/data/diff');

interface FilePanelProps {
  readonly change: DataChange;
  readonly from: string;
  readonly to: string;
  readonly look: string;
}

/** One file as it was and as it is. */
export function FilePanel({ change, from, to, look }: FilePanelProps) {
  const search = route.useSearch();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <div ref={box} className={styles.box}>
      <Panel
        title={change.newPath ?? change.path}
        hint={change.newPath ? `was ${change.path}` : change.kind}
        actions={
          <Link
            to="/data/diff"
            search={{ ...search, file: undefined }}
            resetScroll={false}
            replace
            aria-label="Close this file"
            className={styles.close}
          >
            <IconX size={16} aria-hidden />
          </Link>
        }
        flush
      >
        <Sides change={change} from={from} to={to} look={look} />
      </Panel>
    </div>
  );
}

function Sides({ change, from, to, look }: FilePanelProps) {
  const oldRev = change.before ? from : undefined;
  const newRev = change.after ? to : undefined;
  const newPath = change.newPath ?? change.path;
  const before = useQuery(dataTextQuery(oldRev, change.path, look));
  const after = useQuery(dataTextQuery(newRev, newPath, look));
  const error = before.error ?? after.error;
  if (error) return <Failure error={error} />;
  if ((oldRev && !before.data) || (newRev && !after.data)) return <Loading height={160} />;
  const [old, now] = [before.data, after.data];
  if ([old, now].some((one) => one?.kind === 'image')) {
    const pictures = [
      ...(oldRev ? [{ name: from, rev: oldRev, path: change.path, size: old?.size }] : []),
      ...(newRev ? [{ name: to, rev: newRev, path: newPath, size: now?.size }] : []),
    ];
    return <Images pictures={pictures} look={look} />;
  }
  if (isShown(old) && isShown(now)) return <TextDiff before={old?.text ?? ''} after={now?.text ?? ''} />;
  return (
    <Empty>
      {[old, now].some((one) => one?.kind === 'large')
        ? 'The file is too large to be shown here.'
        : 'The file is not a text in UTF-8.'}{' '}
      {old && now && `It had ${bytes(old.size)}, and has ${bytes(now.size)}.`}
    </Empty>
  );
}

/** A side that is not there counts as an empty text. */
function isShown(side: DataText | undefined): boolean {
  return side === undefined || side.kind === 'text';
}
