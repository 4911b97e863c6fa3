import { IconMinus, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { counted } from '../../ui/format.ts';
import { KindIcon } from '../../ui/record-names.tsx';
import styles from './lineage-box.module.css';
import type { VisibleNode } from './visible-graph.ts';

interface LineageBoxProps {
  readonly one: VisibleNode;
  readonly root: string | undefined;
  readonly direction: 'up' | 'down';
  readonly isChosen: boolean;
  readonly isFolded: boolean;
  readonly onFold: () => void;
}

export function LineageBox({ one, root, direction, isChosen, isFolded, onFold }: LineageBoxProps) {
  const { node, title, subtitle, hidden, canFold } = one;
  return (
    <div className={styles.box} data-chosen={isChosen} data-type={node.type} data-side={direction}>
      <Link
        to="/lineage"
        search={{ ref: root, direction: direction === 'down' ? 'down' : undefined, node: node.ref }}
        replace
        resetScroll={false}
        className={styles.link}
        title={node.ref}
      >
        <KindIcon kind={node.type === 'record' ? node.kind : 'object'} />
        <span className={styles.words}>
          <span className={styles.title}>{title}</span>
          <span className={styles.subtitle}>{subtitle}</span>
        </span>
      </Link>
      {(canFold || isFolded) && (
        <button
          type="button"
          className={styles.fold}
          onClick={onFold}
          aria-expanded={!isFolded}
          aria-label={isFolded ? `Show ${counted(hidden, 'node')} behind ${title}` : `Hide what is behind ${title}`}
        >
          {isFolded ? (
            <>
              <IconPlus size={11} aria-hidden />
              {hidden}
            </>
          ) : (
            <IconMinus size={11} aria-hidden />
          )}
        </button>
      )}
    </div>
  );
}
