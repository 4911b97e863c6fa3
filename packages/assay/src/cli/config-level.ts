import type { ConfigLevel } from '../dvc/index.ts';

/** Which of DVC's config files is meant. */
export const levelOptions = {
  global: { description: 'the settings of this user' },
  system: { description: 'the settings of this machine' },
  project: { description: 'the settings of the repository, in git' },
  local: { description: 'the settings of this checkout, outside of git' },
} as const;

export interface LevelFlags {
  readonly global: boolean;
  readonly system: boolean;
  readonly project: boolean;
  readonly local: boolean;
}

export function levelOf({ global, system, project, local }: LevelFlags): ConfigLevel | undefined {
  return global ? 'global' : system ? 'system' : local ? 'local' : project ? 'repo' : undefined;
}
