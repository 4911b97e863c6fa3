import type { DepEntry, LockedStage, OutEntry } from './entries.ts';

/** A parameter a stage depends on: keys of a file, or the file as a whole when there are none. */
export interface ParamDependency {
  /** Relative to the stage's working folder. */
  readonly file: string;
  readonly keys: readonly string[];
}

/** One stage of a repository as it stands in its files: a `.dvc` file, or a stage of a `dvc.yaml` with its lock entry, resolved. */
export interface TrackedStage {
  /** DVC's address: `data.dvc`, `train`, `sub/dvc.yaml:train`, `grid@1-x`; relative to the repository's root. */
  readonly address: string;
  /** `.dvc` file or `dvc.yaml`, relative to the root, with `/`. */
  readonly file: string;
  /** Undefined for a `.dvc` file. Generated stages have `name@key`. */
  readonly name: string | undefined;
  /** Commands in order; empty for data that is only tracked. Templates are put in. */
  readonly cmd: readonly string[];
  /** `cmd` as DVC writes it into the lock: one string, or a list when the file has a list. */
  readonly cmdAsWritten: string | readonly string[] | undefined;
  /** Working folder relative to the root, `.` for the root itself. */
  readonly wdir: string;
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  readonly desc: string | undefined;
  readonly meta: unknown;
  /** With what `dvc.lock` (or the `.dvc` file) says of them; `checksum` is undefined for what was never locked. */
  readonly deps: readonly TrackedDep[];
  readonly outs: readonly TrackedOut[];
  readonly params: readonly ParamDependency[];
  /** The lock entry, undefined when there is none or for a `.dvc` file. */
  readonly locked: LockedStage | undefined;
  /** DVC's checksum of an imported `.dvc` file. */
  readonly md5: string | undefined;
}

export interface TrackedDep extends DepEntry {
  /** Where it is: relative to the root with `/`, or absolute, or a URL. */
  readonly location: string;
}

export interface TrackedOut extends OutEntry {
  readonly location: string;
}
