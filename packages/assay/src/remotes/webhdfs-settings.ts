import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { badSetting } from './errors.ts';
import type { RemoteSettings, RemoteSurroundings } from './remote.ts';
import { isSet } from './settings.ts';

export interface WebHdfsPlace {
  /** `http://HOST:PORT/webhdfs/v1` */
  readonly base: string;
  /** Of every request: who asks. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Where to go when the namenode says to go to a datanode. */
  dataAddress(location: string): URL;
}

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export function webHdfsPlace(
  name: string,
  settings: RemoteSettings,
  host: string,
  hdfs: boolean,
  { environment }: RemoteSurroundings,
): WebHdfsPlace {
  const { token, password, proxy_to: proxy, data_proxy_target: target } = settings;
  const fromAddress = decodeURIComponent(new URL(settings.url!).username);
  const named = settings.user ?? (fromAddress === '' ? undefined : fromAddress);
  if (token !== undefined && (named !== undefined || proxy !== undefined)) {
    throw badSetting(name, 'token', 'says who asks; user and proxy_to cannot stand beside it');
  }
  if (password !== undefined && named === undefined) throw badSetting(name, 'password', 'needs a user');
  const user = named ?? (hdfs ? (environment.HADOOP_USER_NAME ?? userInfo().username) : environment.HADOOP_USER_NAME);
  const secure = !hdfs && isSet(name, settings, 'use_https');
  const base = `${secure ? 'https' : 'http'}://${host}/webhdfs/v1`;
  return {
    base,
    query: {
      ...(token === undefined ? {} : { delegation: token }),
      ...(user === undefined || password !== undefined || token !== undefined ? {} : { 'user.name': user }),
      ...(proxy === undefined ? {} : { doas: proxy }),
    },
    headers:
      password === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    dataAddress: (location) =>
      new URL(target !== undefined && location.startsWith(base) ? target + location.slice(base.length) : location),
  };
}

/** The address for HTTP of the namenode that an `hdfs://` address names, as `hdfs-site.xml` has it, or else its usual port. */
export function namenodeAddress(address: URL, environment: NodeJS.ProcessEnv): string {
  const folder =
    environment.HADOOP_CONF_DIR ?? (environment.HADOOP_HOME && join(environment.HADOOP_HOME, 'etc/hadoop'));
  const usual = `${address.hostname}:9870`;
  if (!folder) return usual;
  let text: string;
  try {
    text = readFileSync(join(folder, 'hdfs-site.xml'), 'utf8');
  } catch {
    return usual;
  }
  const property = /<name>\s*dfs\.namenode\.http-address\s*<\/name>\s*<value>\s*([^<\s]+)\s*<\/value>/.exec(text)?.[1];
  return property?.replace(/^0\.0\.0\.0:/, `${address.hostname}:`) ?? usual;
}
