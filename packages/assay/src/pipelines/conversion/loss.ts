import { PipelineError, type Place, type Problem } from '../problems.ts';

/** Something that one format says and the other cannot. */
export interface Loss {
  readonly place: Place | undefined;
  readonly message: string;
  /** Without it there is no pipeline at all. */
  readonly isFatal?: true;
}

/** @throws PipelineError `ASSAY_PIPELINE_CONVERT` with all that would be lost, and was not allowed to be */
export function checkLosses(file: string, text: string, losses: readonly Loss[], allowed: boolean): void {
  const refused = losses.filter(({ isFatal }) => isFatal === true || !allowed);
  if (refused.length === 0) return;
  throw new PipelineError(
    file,
    text,
    refused.map(
      ({ place, message, isFatal }): Problem => ({
        code: 'ASSAY_PIPELINE_CONVERT',
        message,
        place,
        hint: isFatal ? 'Change it before it is converted.' : 'With --lossy it is left out, and the new file says so.',
      }),
    ),
  );
}

/** Lines of a comment that tells of them. */
export function lossComments(losses: readonly Loss[]): readonly string[] {
  return losses.map(({ message }) => ` Not kept: ${message.replaceAll('\n', ' ')}.`);
}
