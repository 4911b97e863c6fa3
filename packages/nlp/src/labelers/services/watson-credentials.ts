import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { noCredentials, type ServiceSurroundings } from './service-settings.ts';

interface WatsonCredentials {
  /** Of this instance: Watson has no address that serves all. */
  readonly url: string | undefined;
  readonly authorization: string;
}

const prefix = 'NATURAL_LANGUAGE_UNDERSTANDING_';

/**
 * IBM's usual places, in its order: the file that IBM_CREDENTIALS_FILE names, `ibm-credentials.env` here or in the home
 * folder, the environment.
 *
 * @throws {NlpError} ASSAY_LABELER_CREDENTIALS
 */
export function watsonCredentials({ environment, directory }: ServiceSurroundings): WatsonCredentials {
  const named = environment.IBM_CREDENTIALS_FILE;
  const files = named ? [named] : [directory, homedir()].map((folder) => join(folder, 'ibm-credentials.env'));
  for (const source of [...files.map(settingsIn), environment]) {
    const url = source[`${prefix}URL`];
    const apiKey = source[`${prefix}APIKEY`];
    const token = source[`${prefix}BEARER_TOKEN`];
    if (apiKey) return { url, authorization: `Basic ${Buffer.from(`apikey:${apiKey}`).toString('base64')}` };
    if (token) return { url, authorization: `Bearer ${token}` };
  }
  return noCredentials('watson', `Set ${prefix}APIKEY and ${prefix}URL, or keep them in ibm-credentials.env.`);
}

function settingsIn(file: string): Readonly<Record<string, string | undefined>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const pairs = text.split(/\r?\n/u).flatMap((line) => {
    const match = /^\s*([A-Z_]+)\s*=\s*(.*?)\s*$/u.exec(line);
    return match ? [[match[1]!, match[2]!.replace(/^(["'])(.*)\1$/u, '$2')] as const] : [];
  });
  return Object.fromEntries(pairs);
}
