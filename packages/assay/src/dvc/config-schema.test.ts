import { expect, test } from 'vitest';
import { mayBe } from './config-schema.ts';

const of = (scheme: string) => ['remote "r"', `${scheme}://host/p`] as const;

test.each([
  ['cache', 'type', 'reflink, copy', true],
  ['cache', 'type', 'bogus', false],
  ['cache', 'type', 'reflink,foo', false],
  ['cache', 'shared', 'Group', true],
  ['cache', 'protected', 'maybe', false],
  ['core', 'checksum_jobs', '0', false],
  ['core', 'checksum_jobs', '1_0', true],
  ['core', 'no_scm', 'yes', false],
  ['studio', 'offline', 'x', false],
  ['parsing', 'bool', 'STORE_TRUE', true],
  ['parsing', 'list', 'x', false],
  ['feature', 'type', 'anything', true],
])('%s.%s may be %s: %s', (section, option, value, may) => {
  expect(mayBe(section, option, value)).toBe(may);
});

test.each([
  ['ssh', 'port', 'abc', false],
  ['ssh', 'port', '22', true],
  ['ssh', 'ask_password', '3', false],
  ['ssh', 'type', 'bogus', false],
  ['s3', 'use_ssl', 'maybe', false],
  ['s3', 'use_ssl', 'True', true],
  ['s3', 'ssl_verify', '/etc/ca.pem', true],
  ['s3', 'read_timeout', 'x', false],
  ['s3', 'read_timeout', '1.5', false],
  ['s3', 'cache_regions', 'true', false],
  ['https', 'read_timeout', '1.5', true],
  ['https', 'read_timeout', '-1', false],
  ['http', 'auth', 'Basic', true],
  ['http', 'auth', 'none', false],
  ['webdav', 'timeout', 'soon', false],
  ['azure', 'connection_timeout', '-3', true],
  ['gdrive', 'gdrive_trash_only', 'on', false],
  ['hdfs', 'replication', '3', false],
  ['r2', 'port', 'abc', true],
])('of a remote %s://, %s may be %s: %s', (scheme, option, value, may) => {
  const [section, url] = of(scheme);
  expect(mayBe(section, option, value, url)).toBe(may);
});
