export { withoutSecrets } from './errors.ts';
export { openRemote } from './open-remote.ts';
export type { Remote, RemoteKey, RemoteSettings } from './remote.ts';
