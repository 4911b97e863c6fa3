export { withoutSecrets } from './errors.ts';
export { openRemote } from './open-remote.ts';
export type { Remote, RemoteFile, TransferWatch } from './remote.ts';
