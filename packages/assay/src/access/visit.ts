import type { Workplace } from '../data/index.ts';

/** What a look into another repository needs of the person's own place: no repository need be there. */
export type Visit = Omit<Workplace, 'repository' | 'cache'> & {
  /** The person's own cache, where they are in a repository: what it has need not be brought. */
  readonly cache?: Workplace['cache'] | undefined;
};
