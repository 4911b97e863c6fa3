import { AssayError } from '../../errors.ts';

/** A server's address for messages; never with a password. */
export function storeOf(client: {
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
}): string {
  return `the database ${client.database ?? ''} at ${client.host}:${client.port}`;
}

/** Whether the connection is gone, so that nobody answers for what was last sent. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  // Class 08, and a server that shuts down, crashed, or is starting up: https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (/^08|^57P0[123]$/.test(code)) return true;
  if (/^(ECONNRESET|EPIPE|ECONNREFUSED|ENOENT|ETIMEDOUT)$/.test(code)) return true;
  return /^(Connection terminated|Client has encountered a connection error|timeout expired)/.test(error.message);
}

/** What a failure means to a person. Errors that are mistakes of ours pass unchanged. */
export function storeError(error: unknown, store: string): unknown {
  if (!(error instanceof Error) || error instanceof AssayError) return error;
  const code = codeOf(error);
  const make = (name: string, message: string, hint: string) => new AssayError(name, message, { hint, cause: error });
  if (/^(ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/.test(code) || isLost(error)) {
    return make(
      'ASSAY_LEDGER_STORE_UNREACHABLE',
      `${store} cannot be reached: ${error.message}`,
      'See whether the server runs, and whether `ledger` in assay.yaml or ASSAY_LEDGER names it. What was being added may or may not be there; adding the same again is safe.',
    );
  }
  if (/^28/.test(code) || /password must be a string/.test(error.message)) {
    return make(
      'ASSAY_LEDGER_STORE_DENIED',
      `${store} does not let this user in: ${error.message}`,
      'Give the password in PGPASSWORD, or in the file that PGPASSFILE names.',
    );
  }
  if (code === '42501') {
    return make(
      'ASSAY_LEDGER_STORE_DENIED',
      `${store} does not allow it: ${error.message}`,
      'The role must own the schema `assay`, or be allowed to create it in this database.',
    );
  }
  if (code === '3D000') {
    return make('ASSAY_LEDGER_STORE_MISSING', `${store} is not there`, 'Make it with `createdb`.');
  }
  if (code === '25006') {
    return make(
      'ASSAY_LEDGER_STORE_READ_ONLY',
      `${store} is read-only`,
      'It is a standby, or set so: name the primary server. Nothing was added.',
    );
  }
  if (code === '53100') {
    return make(
      'ASSAY_LEDGER_STORE_FULL',
      `${store} has no room: ${error.message}`,
      'Free some space on the server; nothing of the refused write was kept.',
    );
  }
  return error;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
