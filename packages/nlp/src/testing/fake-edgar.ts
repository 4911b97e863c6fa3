import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface FakeFiling {
  readonly accession: string;
  readonly form: string;
  readonly filedAt: string;
  /** Name and number of each party; the indexes list the filing once for each. */
  readonly parties: readonly (readonly [string, string])[];
  readonly bytes: Buffer;
}

export interface FakeRequest {
  readonly at: number;
  readonly path: string;
  readonly userAgent: string;
}

/** What to do with a request instead of answering it; null to answer. */
export type Mischief = (path: string, attempt: number) => ((response: ServerResponse) => void) | null;

const rejected = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

/** A server on loopback with EDGAR's paths: daily, quarterly and company indexes, submissions in pages, archives. */
export class FakeEdgar {
  readonly requests: FakeRequest[] = [];
  mischief: Mischief = () => null;
  /** Submissions show so many of the newest filings, and pages hold the rest. */
  recent = 2;
  readonly #filings: readonly FakeFiling[];
  readonly #server = createServer((request, response) => this.#answer(request, response));

  constructor(filings: readonly FakeFiling[]) {
    this.#filings = filings;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  count(pattern: RegExp): number {
    return this.requests.filter(({ path }) => pattern.test(path)).length;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const userAgent = request.headers['user-agent'] ?? '';
    this.requests.push({ at: performance.now(), path, userAgent });
    if (!/\S+@\S+/.test(userAgent)) {
      response.writeHead(403).end('Your Request Originates from an Undeclared Automated Tool');
      return;
    }
    const trick = this.mischief(path, this.requests.filter((one) => one.path === path).length);
    if (trick) {
      trick(response);
      return;
    }
    const body = this.#body(path);
    if (body === 'denied') response.writeHead(403, { 'content-type': 'application/xml' }).end(rejected);
    else if (body === null) response.writeHead(404).end('Not Found');
    else response.writeHead(200, { 'content-length': body.length }).end(body);
  }

  #body(path: string): Buffer | 'denied' | null {
    const daily = /^\/Archives\/edgar\/daily-index\/(\d{4})\/QTR([1-4])\/form\.(\d{8})\.idx$/.exec(path);
    if (daily) {
      const day = daily[3]!.replace(/^(....)(..)(..)$/, '$1-$2-$3');
      const filings = this.#filings.filter(({ filedAt }) => filedAt === day);
      return filings.length > 0 ? Buffer.from(formIndex(filings)) : 'denied';
    }
    const quarterly = /^\/Archives\/edgar\/full-index\/(\d{4})\/QTR([1-4])\/(form|master)\.(gz|idx)$/.exec(path);
    if (quarterly) {
      const [, year, quarter, kind, ending] = quarterly;
      const filings = this.#filings.filter(
        ({ filedAt }) => filedAt.startsWith(year!) && Math.ceil(Number(filedAt.slice(5, 7)) / 3) === Number(quarter),
      );
      if (filings.length === 0) return null;
      const index = kind === 'form' ? formIndex(filings) : masterIndex(filings);
      return ending === 'gz' ? gzipSync(index) : Buffer.from(index);
    }
    const submissions = /^\/submissions\/CIK(\d{10})(-submissions-\d{3})?\.json$/.exec(path);
    if (submissions) return this.#submissions(String(Number(submissions[1])), submissions[2] !== undefined);
    const archive = /^\/Archives\/edgar\/data\/(\d+)\/([\d-]+)\.txt$/.exec(path);
    if (archive) {
      const filing = this.#filings.find(({ accession }) => accession === archive[2]);
      return filing?.parties.some(([, cik]) => cik === archive[1]) ? filing.bytes : null;
    }
    return null;
  }

  #submissions(cik: string, older: boolean): Buffer | null {
    const own = this.#filings.filter(({ parties }) => parties.some((party) => party[1] === cik)).reverse();
    if (own.length === 0) return null;
    const columns = (filings: readonly FakeFiling[]): object => ({
      accessionNumber: filings.map(({ accession }) => accession),
      filingDate: filings.map(({ filedAt }) => filedAt),
      form: filings.map(({ form }) => form),
    });
    if (older) return Buffer.from(JSON.stringify(columns(own.slice(this.recent))));
    const files =
      own.length > this.recent
        ? [{ name: `CIK${cik.padStart(10, '0')}-submissions-001.json`, filingCount: own.length - this.recent }]
        : [];
    const name = own[0]?.parties.find((party) => party[1] === cik)?.[0];
    return Buffer.from(JSON.stringify({ cik, name, filings: { recent: columns(own.slice(0, this.recent)), files } }));
  }
}

function rows(
  filings: readonly FakeFiling[],
): { form: string; name: string; cik: string; day: string; path: string }[] {
  return filings.flatMap(({ accession, form, filedAt, parties }) =>
    parties.map(([name, cik]) => ({ form, name, cik, day: filedAt, path: `edgar/data/${cik}/${accession}.txt` })),
  );
}

function formIndex(filings: readonly FakeFiling[]): string {
  const lines = rows(filings).map(
    ({ form, name, cik, day, path }) =>
      `${form.padEnd(12)}${name.padEnd(62)}${cik.padEnd(12)}${day.replaceAll('-', '').padEnd(12)}${path.padEnd(52)}`,
  );
  const head = `${'Form Type'.padEnd(12)}${'Company Name'.padEnd(62)}${'CIK'.padEnd(12)}${'Date Filed'.padEnd(12)}File Name`;
  return `Description:           Daily Index by Form Type\n \n${head}\n${'-'.repeat(141)}\n${lines.join('\n')}\n`;
}

function masterIndex(filings: readonly FakeFiling[]): string {
  const lines = rows(filings).map(({ form, name, cik, day, path }) => `${cik}|${name}|${form}|${day}|${path}`);
  return `Description: Master Index\n \nCIK|Company Name|Form Type|Date Filed|Filename\n${'-'.repeat(80)}\n${lines.join('\n')}\n`;
}
