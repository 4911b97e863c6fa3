import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  defaultDataHost,
  defaultHost,
  EdgarClient,
  FilingCache,
  type IngestSummary,
  ingestEdgar,
  ingestFolder,
  requireContact,
  requireDate,
} from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    from: { value: 'DIR', description: 'take filings from this folder instead of EDGAR' },
    form: { value: 'FORM', description: 'form type, 425 for one' },
    since: { value: 'DAY', description: 'first day of filing, YYYY-MM-DD' },
    until: { value: 'DAY', description: 'last day of filing, YYYY-MM-DD' },
    cik: { value: 'N', repeat: true, description: "a company's Central Index Key; may be repeated" },
    limit: { value: 'N', number: true, description: 'at most so many filings, the oldest first' },
    out: { value: 'DIR', required: true, description: 'folder for filings/ and filings.jsonl' },
    setAside: { description: 'note bad filings in set-aside.jsonl instead of failing' },
    host: { value: 'URL', default: defaultHost, description: 'serves /Archives/edgar' },
    dataHost: { value: 'URL', default: defaultDataHost, description: 'serves /submissions' },
    userAgent: { value: 'TEXT', description: 'who asks: "Company contact@example.com" (or ASSAY_EDGAR_USER_AGENT)' },
    cache: { value: 'DIR', description: 'where fetched filings are kept (default: $XDG_CACHE_HOME/assay/edgar)' },
  },
  details:
    'Each filing is written once, as it came, whatever the number of its parties. A filing that is cut off fails the ' +
    'command unless --set-aside is given. At most ten requests a second leave this machine, over all processes; what ' +
    'was fetched is kept and not fetched again.',
  async run({ options, context, output, signal }) {
    const out = resolve(context.directory, options.out);
    const setAside = options.setAside;
    if (options.limit !== undefined && !(Number.isInteger(options.limit) && options.limit > 0)) {
      throw usage(`--limit ${options.limit} is no whole number above 0.`, 'Give 1 or more.');
    }
    const progress = output.progress('ingest', 'filings');
    const common = {
      out,
      setAside,
      signal,
      onProgress: (done: number, total: number) => progress.update(done, total),
      ...(options.form === undefined ? {} : { form: options.form }),
    };
    let summary: IngestSummary;
    try {
      if (options.from !== undefined) {
        const unused = (['since', 'until', 'limit'] as const).find((name) => options[name] !== undefined);
        if (unused || options.cik.length > 0) {
          throw usage(
            `--${unused ?? 'cik'} does not go with --from.`,
            'A folder is taken whole; --form alone narrows it.',
          );
        }
        summary = await ingestFolder({ ...common, from: resolve(context.directory, options.from) });
      } else {
        for (const [name, url] of [
          ['--host', options.host],
          ['--data-host', options.dataHost],
        ] as const) {
          if (!/^https?:\/\//.test(url) || !URL.canParse(url))
            throw usage(`${name} "${url}" is no address.`, 'Give it as https://host.');
        }
        const { environment } = context;
        const home = environment.XDG_CACHE_HOME ?? join(environment.HOME ?? homedir(), '.cache');
        const shared = join(home, 'assay', 'edgar', new URL(options.host).host.replaceAll(':', '_'));
        const cache = options.cache ? resolve(context.directory, options.cache) : join(shared, 'filings');
        const today = context.clock().toISOString().slice(0, 10);
        const client = new EdgarClient({
          userAgent: requireContact(options.userAgent ?? environment.ASSAY_EDGAR_USER_AGENT),
          host: options.host,
          dataHost: options.dataHost,
          // Where filings are kept may differ from run to run; the host's limit is one for the machine.
          rateFolder: join(shared, 'rate'),
          onRetry: ({ url, reason, wait }) => output.note(`${url}: ${reason}; again in ${Math.ceil(wait / 1000)} s`),
        });
        summary = await ingestEdgar({
          ...common,
          client,
          cache: await FilingCache.open(cache),
          ciks: options.cik,
          ...(options.since === undefined ? {} : { since: requireDate(options.since, '--since') }),
          ...(options.until === undefined ? {} : { until: notAfter(today, requireDate(options.until, '--until')) }),
          ...(options.limit === undefined ? {} : { limit: options.limit }),
        });
      }
    } finally {
      progress.end();
    }
    const notes = [
      summary.fetched === null ? '' : `${summary.fetched} fetched`,
      summary.duplicates > 0 ? `${summary.duplicates} duplicates` : '',
      summary.passedOver > 0 ? `${summary.passedOver} passed over` : '',
    ].filter((note) => note !== '');
    output.print(
      `${summary.filings} filings, ${(summary.bytes / 1e6).toFixed(1)} MB${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
    );
    for (const { source, reason } of summary.setAside) output.print(`set aside ${source}: ${reason}`);
    output.result(summary);
    return 0;
  },
});

/** Days to come have no index; each would be asked for in vain. */
function notAfter(today: string, day: string): string {
  return day < today ? day : today;
}

function usage(message: string, hint: string): AssayError {
  return new AssayError('ASSAY_EDGAR_OPTIONS', message, { hint });
}
