import { AssayError } from '../errors.ts';
import { openRemote, type Remote } from '../remotes/index.ts';
import type { Workplace } from './workplace.ts';

/**
 * The remote that is named, or the default one.
 * @param jobs how many requests side by side, in place of what its settings say
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`, and those of `openRemote`
 */
export async function configuredRemote(
  workplace: Workplace,
  named: string | undefined,
  jobs?: number,
): Promise<Remote> {
  const { repository, environment, askSecret } = workplace;
  const name = named ?? repository.config.defaultRemote();
  if (name === undefined) {
    throw new AssayError('ASSAY_DVC_NO_REMOTE', 'no remote is named, and none is the default', {
      hint: 'Add one: assay remote add -d NAME URL',
    });
  }
  const settings = repository.config.remote(name);
  if (settings) {
    const own = jobs === undefined ? settings : { ...settings, jobs: String(jobs) };
    return openRemote(name, own, { environment, askSecret });
  }
  throw new AssayError('ASSAY_DVC_NO_REMOTE', `there is no remote ${name}`, { hint: 'See `assay remote list`.' });
}
