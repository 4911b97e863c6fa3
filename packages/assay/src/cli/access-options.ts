import type { Given } from '../access/index.ts';
import { pairs } from './data-options.ts';

/** Options of commands that look into another repository. */
export const accessOptions = {
  rev: { value: 'REV', description: 'a branch, a tag or a commit there' },
  config: { value: 'FILE', description: 'settings that count before those of that repository' },
  remote: { value: 'NAME', description: 'the remote of that repository to take data from' },
  remoteConfig: { value: 'NAME=VALUE...', repeat: true, description: 'options of that remote' },
} as const;

interface AccessFlags {
  readonly config: string | undefined;
  readonly remote: string | undefined;
  readonly remoteConfig: readonly string[];
}

export function givenOf({ config, remote, remoteConfig }: AccessFlags): Given {
  return {
    ...(config === undefined ? {} : { config }),
    ...(remote === undefined ? {} : { remote }),
    ...(remoteConfig.length === 0 ? {} : { remoteConfig: pairs(remoteConfig, '--remote-config') }),
  };
}
