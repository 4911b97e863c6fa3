import { AssayError } from '../../errors.ts';

/** What one check of a proof came to. */
export interface Check<Name extends string> {
  readonly name: Name;
  readonly status: 'passed' | 'failed';
  readonly message: string;
  /** Of a failure that has one: docs/reference/errors.md says more. */
  readonly code?: string;
}

/** Runs a check, notes what it came to in `checks`, and answers with what it found; undefined when it failed. */
export function checksInto<Name extends string>(checks: { push(check: Check<Name>): unknown }) {
  return <T>(name: Name, message: string, work: () => T): T | undefined => {
    try {
      const value = work();
      checks.push({ name, status: 'passed', message });
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      checks.push({ name, status: 'failed', message, ...(error instanceof AssayError && { code: error.code }) });
      return undefined;
    }
  };
}
