import { AssayError } from '../errors.ts';
import type { ProjectConfig } from './config.ts';

/** Where a project's ledger lies: in `.assay/assay.db`, or in a server's database. */
export type LedgerPlace = { readonly kind: 'sqlite' } | { readonly kind: 'postgres'; readonly url: string };

/** What `ledger` in `assay.yaml` may be; undefined when the text is none of it. */
function parseLedgerPlace(text: string): LedgerPlace | undefined {
  if (text === 'sqlite') return { kind: 'sqlite' };
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  return { kind: 'postgres', url: text };
}

/** What is wrong with `ledger` in `assay.yaml`: beside what it may be, the file is in git, and holds no password. */
export function ledgerPlaceProblem(value: unknown): string | undefined {
  const place = typeof value === 'string' ? parseLedgerPlace(value) : undefined;
  if (place === undefined) return 'must be `sqlite` or an address: postgres://USER@HOST:PORT/DATABASE';
  if (place.kind === 'sqlite') return undefined;
  const { password, searchParams } = new URL(place.url);
  return password !== '' || searchParams.has('password')
    ? 'must not hold a password: give it in PGPASSWORD, or in the file that PGPASSFILE names'
    : undefined;
}

/**
 * Where the ledger of a project lies: ASSAY_LEDGER says, or `ledger` in `assay.yaml`; otherwise SQLite.
 * @throws AssayError `ASSAY_LEDGER_PLACE`
 */
export function ledgerPlace({ ledger }: Pick<ProjectConfig, 'ledger'>, environment: NodeJS.ProcessEnv): LedgerPlace {
  const named = environment.ASSAY_LEDGER;
  if (named === undefined || named === '') return parseLedgerPlace(ledger ?? 'sqlite')!;
  const place = parseLedgerPlace(named);
  if (place) return place;
  throw new AssayError('ASSAY_LEDGER_PLACE', 'what ASSAY_LEDGER says is no place of a ledger', {
    hint: '`sqlite`, or postgres://USER@HOST:PORT/DATABASE.',
  });
}
