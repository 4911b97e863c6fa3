import type { ProposalView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes } from '../../ui/format.ts';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { TextDiff } from '../../ui/text-diff.tsx';
import styles from './proposed.module.css';

/** The content that would be sealed, against that of the revision it builds on. */
export function Proposed({ proposal: { before, after, artifacts } }: { readonly proposal: ProposalView }) {
  return (
    <Panel title="Its content" hint={`${after.mediaType}, ${bytes(after.size)}`} flush>
      {after.text === null ? (
        <Empty>It is no text, or too large to show.</Empty>
      ) : before && before.text === null ? (
        <Empty>What it builds on is no text, too large to show, or was taken away.</Empty>
      ) : (
        <TextDiff before={inLines(before?.text ?? '')} after={inLines(after.text)} />
      )}
      {artifacts.length > 0 && (
        <ul className={styles.artifacts} aria-label="Bytes that it names">
          {artifacts.map(({ name, size, sha256 }) => (
            <li key={name}>
              {name}, {bytes(size)}, <Digest hex={sha256} what={`SHA-256 of ${name}`} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** JSON in one line is easier to read in many; only where no digit is lost by it. */
function inLines(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? `${JSON.stringify(value, null, 2)}\n` : text;
  } catch {
    return text;
  }
}
