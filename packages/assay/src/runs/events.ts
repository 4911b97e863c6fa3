import type { Holder } from '../workspace/index.ts';
import type { Run, StageRun } from './run.ts';

/** What a run tells as it goes. */
export type RunEvent =
  | { readonly type: 'waiting'; readonly holder: Holder | undefined }
  /** A run that was killed has been brought to its end. */
  | { readonly type: 'recovered'; readonly run: string; readonly processesEnded: number }
  | { readonly type: 'started'; readonly run: Run }
  /** A stage has another state than before. */
  | { readonly type: 'stage'; readonly stage: StageRun }
  | { readonly type: 'callback-failed'; readonly stage: string; readonly message: string }
  | { readonly type: 'ended'; readonly run: Run };
