import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconPlugConnectedX, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { projectQuery } from '../api/index.ts';
import { LedgerSeal, SealAlarm } from './ledger-seal.tsx';
import { useLive } from './live.ts';
import styles from './shell.module.css';

/** Shown where there is a DVC repository with something in it. */
const repositoryPlaces = [
  ['/data', 'Data'],
  ['/pipeline', 'Pipeline'],
  ['/experiments', 'Experiments'],
] as const;
/** Shown where something can have been recorded. */
const ledgerPlaces = [
  ['/runs', 'Runs'],
  ['/labelers', 'Labelers'],
  ['/models', 'Models'],
  ['/lineage', 'Lineage'],
  ['/track', 'Track'],
  ['/approvals', 'Approvals'],
  ['/ledger', 'Ledger'],
] as const;

/** What stands around every page: where one can go, the ledger's seal, and whether the server can be heard. */
export function Shell() {
  const heard = useLive();
  const places = usePlaces();
  return (
    <>
      <a className={styles.skip} href="#content">
        To the content
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.name} aria-label="Assay, first page">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path d="M9 2h14l7 7v14l-7 7H9l-7-7V9z" fill="currentColor" />
            <path
              d="M16 7.5 23.5 24h-3.600l-1.500-3.600h-4.900L12 24H8.500zm-1.300 10.100h2.600L16 14.100z"
              fill="var(--a-surface)"
            />
          </svg>
          <span>Assay</span>
        </Link>
        <nav className={styles.places} aria-label="Main">
          {places.map(([to, name]) => (
            <Link key={to} to={to} className={styles.place} activeOptions={{ exact: to === '/', includeSearch: false }}>
              {name}
            </Link>
          ))}
        </nav>
        <div className={styles.end}>
          <LedgerSeal />
          <SchemeSwitch />
        </div>
      </header>
      <SealAlarm />
      {!heard && (
        <p className={styles.lost} role="status">
          <IconPlugConnectedX size={16} aria-hidden /> The studio’s server does not answer; what you see may be old.
        </p>
      )}
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

/** Where one can go: what there is nothing of is left out. */
function usePlaces() {
  const { data: project } = useQuery(projectQuery);
  const hasLedger = project === undefined || project.ledger !== null;
  const hasData = project?.repository && (project.repository.tracks || !hasLedger);
  return [['/', 'Home'] as const, ...(hasData ? repositoryPlaces : []), ...(hasLedger ? ledgerPlaces : [])];
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon variant="subtle" onClick={() => setColorScheme(other)} aria-label={`Change to ${other} colours`}>
      {scheme === 'light' ? <IconMoon size={18} aria-hidden /> : <IconSun size={18} aria-hidden />}
    </ActionIcon>
  );
}
