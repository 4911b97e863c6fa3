export { withoutSecrets } from './errors.ts';
export { openRemote } from './open-remote.ts';
export type { Remote, RemoteFile, RemoteKey, RemoteSettings } from './remote.ts';
