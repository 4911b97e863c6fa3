import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Stands above the title: the way back. */
  readonly above?: ReactNode;
  /** Stands below the title: who, when, from what. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its heading, which is also the document's title, and what it shows. */
export function Page({ title, above, facts, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Assay`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {above && <div className={styles.above}>{above}</div>}
        <div className={styles.line}>
          <h1>{title}</h1>
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
        {facts && <div className={styles.facts}>{facts}</div>}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Without inner margins, for tables and graphs that go to the edge. */
  readonly flush?: boolean;
}

/** A part of a page under a heading of its own. */
export function Panel({ title, hint, actions, children, flush = false }: PanelProps) {
  return (
    <section className={styles.panel} aria-label={title}>
      <div className={styles.panelHead}>
        <h2>{title}</h2>
        {hint && <span className={styles.hint}>{hint}</span>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
