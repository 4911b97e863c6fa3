import { AssayError } from '../errors.ts';
import { initProject } from '../workspace/index.ts';
import type { Context } from './context.ts';

/**
 * Makes sure that a DVC repository has a ledger: where there is none, `.assay/` is made, which keeps itself out of git.
 * @returns true when it was made
 */
export async function ensureLedger(context: Context, root: string): Promise<boolean> {
  try {
    context.project();
    return false;
  } catch (error) {
    const known = ['ASSAY_WORKSPACE_NOT_FOUND', 'ASSAY_WORKSPACE_NOT_INITIALIZED'];
    if (!(error instanceof AssayError && known.includes(error.code))) throw error;
  }
  const { roster } = initProject(root, { environment: context.environment, now: context.clock(), stateOnly: true });
  const records = await context.records();
  if (!(await records.latest('roster', roster.id))) await records.append([roster]);
  return true;
}
