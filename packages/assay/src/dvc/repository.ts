import type { IgnoreRules } from '../workspace/index.ts';
import type { Config } from './config.ts';

/** A checkout with a `.dvc` folder. It may, or may not, be an Assay project too. All paths are absolute and real. */
export interface Repository {
  /** The folder that has `.dvc`. */
  readonly root: string;
  /** `.dvc` */
  readonly folder: string;
  /** `.dvc/tmp`, made when something is first written there. */
  readonly temporary: string;
  /** The git checkout it lies in; undefined with `core.no_scm` or where there is none. */
  readonly gitTop: string | undefined;
  readonly config: Config;
  /** `cache.dir`, or `.dvc/cache`. */
  readonly cache: string;
  /** `.dvcignore` files, DVC's own defaults, and `.assay`. */
  readonly ignore: IgnoreRules;
}
