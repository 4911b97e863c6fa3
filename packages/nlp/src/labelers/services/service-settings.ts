import { NlpError } from '../../errors.ts';
import type { SentimentScheme } from '../sentiment-scheme.ts';

/** What a person may set of a service that labels sentiment. */
export interface ServiceSettings {
  /** Where the service is, when not at its usual place: a region's address, a proxy, a stand-in. */
  readonly endpoint?: string;
  /** BCP 47; English when not given. */
  readonly language?: string;
  /** The service's own default quota when not given. */
  readonly requestsPerSecond?: number;
  /** US dollars for one unit of the service's own price list. */
  readonly usdPerUnit?: number;
  readonly scheme?: Partial<SentimentScheme>;
}

/** Where credentials are looked for: the process's environment, and the folder that a person works in. */
export interface ServiceSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

/**
 * The address without a final `/`. Credentials go nowhere unencrypted but to this machine itself.
 *
 * @throws {NlpError} ASSAY_LABELER_ENDPOINT
 */
export function endpointOf(labeler: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const here = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && here))) {
    throw new NlpError('ASSAY_LABELER_ENDPOINT', `The endpoint of ${labeler} is no address it may use: ${address}.`, {
      hint: 'https://…; http only on this machine, such as http://127.0.0.1:8080.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new NlpError('ASSAY_LABELER_ENDPOINT', `The endpoint of ${labeler} has a user or password in its address.`, {
      hint: "Give credentials by the service's environment variables, never in an address.",
    });
  }
  return url.href.replace(/\/+$/u, '');
}

/** @throws {NlpError} ASSAY_LABELER_CREDENTIALS */
export function noCredentials(labeler: string, where: string, cause?: unknown): never {
  throw new NlpError('ASSAY_LABELER_CREDENTIALS', `There are no credentials for ${labeler}.`, {
    hint: where,
    ...(cause === undefined ? {} : { cause }),
  });
}
