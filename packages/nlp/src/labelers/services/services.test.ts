import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ServiceName, StandIn, type StandInBehaviour, standInSecret } from '../../testing/services/stand-in.ts';
import { MemoryCache } from '../answer-cache.ts';
import { labelTexts } from '../label-texts.ts';
import type { Labeler } from '../labeler.ts';
import { planLabelling } from '../plan-labelling.ts';
import { type ServiceSettings, serviceLabeler } from './index.ts';

const services = ['comprehend', 'google', 'watson', 'azure'] as const;
const { id, key } = standInSecret;

const environment = {
  GOOGLE_API_KEY: key,
  NATURAL_LANGUAGE_UNDERSTANDING_APIKEY: key,
  AZURE_LANGUAGE_KEY: key,
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'services-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'none'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function protocolOf(name: string): ServiceName {
  return name === 'watson-emotion' ? 'watson' : (name as ServiceName);
}

async function withStandIn<T>(
  name: string,
  behaviour: StandInBehaviour,
  use: (labeler: Labeler, standIn: StandIn) => Promise<T>,
  settings: ServiceSettings = {},
  surroundings: Partial<Record<string, string>> = environment,
): Promise<T> {
  await using standIn = await StandIn.start(protocolOf(name), behaviour);
  const labeler = await serviceLabeler(
    name,
    { endpoint: standIn.endpoint, requestsPerSecond: 1000, ...settings },
    { environment: surroundings, directory },
  )!;
  return await use(labeler, standIn);
}

const texts = [
  'A great quarter: wonderful, excellent growth.',
  'A terrible, awful quarter; we are very disappointed.',
  'The call begins at ten.',
].map((text, index) => ({ id: `t${index}`, text }));

describe.each(services)('%s', (name) => {
  it('labels texts in its own batches, with a signed score and its answer as it came', async () => {
    await withStandIn(name, {}, async (labeler) => {
      const { lines, answers, runs } = await labelTexts([labeler], texts);
      expect(lines.map(({ labels }) => labels[name])).toEqual(['positive', 'negative', 'neutral']);
      const [good, bad, plain] = answers.get(name)!.map((answer) => (answer.label === null ? null : answer.score));
      expect(good).toBeGreaterThan(0.25);
      expect(bad).toBeLessThan(-0.25);
      expect(plain).toBe(0);
      expect(answers.get(name)![0]!.raw).toBeTypeOf('object');
      expect(runs[0]!.requests).toBe(Math.ceil(texts.length / labeler.limits.textsPerRequest));
      expect(runs[0]!.usd).toBeGreaterThan(0);
    });
  });

  it('asks for a text beyond its limit in parts, by sentence, and says so', async () => {
    // One sentence nearly as long as the service takes, and one more.
    const longest = { comprehend: 5000, google: 1_000_000, watson: 50_000, azure: 5120 }[name];
    const text = `A wonderful ${'x'.repeat(longest - 30)} result. It was excellent and wonderful.`;
    await withStandIn(name, {}, async (labeler, standIn) => {
      const { lines, answers, runs } = await labelTexts([labeler], [{ id: 'long', text }]);
      expect(lines[0]).toMatchObject({ labels: { [name]: 'positive' }, parts: { [name]: 2 } });
      expect(runs[0]).toMatchObject({ split: 1, failed: 0 });
      expect(answers.get(name)![0]!.raw).toMatchObject({ parts: [{}, {}] });
      expect(standIn.judged).toBeGreaterThanOrEqual(2);
    });
  });

  it('never sends a blank text', async () => {
    await withStandIn(name, {}, async (labeler, standIn) => {
      const { lines, runs } = await labelTexts([labeler], [{ id: 'a', text: ' \n' }]);
      expect(lines[0]!.labels[name]).toBeNull();
      expect(runs[0]).toMatchObject({ failed: 1, requests: 0 });
      expect(standIn.requests).toBe(0);
    });
  });

  it('waits as long as a 429 asks, and goes on at 5xx, a cut and a refused connection', async () => {
    const faults: Record<number, 503 | 'cut'> = { 1: 503, 2: 'cut' };
    await withStandIn(name, { fault: (request) => faults[request] }, async (labeler) => {
      const { runs } = await labelTexts([labeler], texts.slice(0, 1));
      expect(runs[0]).toMatchObject({ labelled: 1, retries: 2 });
    });
    await withStandIn(name, { requestsPerSecond: 1, retryAfter: 1 }, async (labeler, standIn) => {
      const started = performance.now();
      const many = Array.from({ length: 2 * labeler.limits.textsPerRequest }, (_, n) => ({
        id: `${n}`,
        text: `text ${n}`,
      }));
      const { runs } = await labelTexts([labeler], many);
      expect(runs[0]!.labelled).toBe(many.length);
      expect(standIn.throttled).toBeGreaterThan(0);
      expect(performance.now() - started).toBeGreaterThan(900);
    });
  });

  it('ends with a code at wrong credentials, and its message has no secret in it', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong-secret-0123456789');
    const wrong = Object.fromEntries(Object.keys(environment).map((variable) => [variable, 'wrong-secret-0123456789']));
    await withStandIn(
      name,
      {},
      async (labeler, standIn) => {
        const failure = await labelTexts([labeler], texts).catch((error) => error);
        expect(failure.code).toMatch(/^ASSAY_LABELER_(CREDENTIALS|REFUSED)$/u);
        expect(`${failure.message}${failure.hint}`).not.toContain('wrong-secret');
        expect(standIn.judged).toBe(0);
      },
      {},
      wrong,
    );
  });

  it('refuses what is no answer of the service', async () => {
    await withStandIn(name, { fault: () => 'garbage' }, async (labeler) => {
      const failure = await labelTexts([labeler], texts).catch((error) => error);
      expect(failure.code).toMatch(/^ASSAY_LABELER_(ANSWER|REFUSED|UNAVAILABLE)$/u);
    });
  });

  it('tells what is refused, and does not ask again', async () => {
    await withStandIn(
      name,
      {},
      async (labeler, standIn) => {
        const outcome = await labelTexts([labeler], texts.slice(0, 1)).then(
          ({ answers }) => answers.get(name)![0],
          (error) => error,
        );
        expect(outcome.failure ?? outcome.message).toMatch(/language|Invalid Document/iu);
        expect(standIn.requests).toBe(1);
      },
      { language: 'eo' },
    );
  });

  it('sends credentials to no address that is neither encrypted nor this machine', async () => {
    for (const endpoint of ['http://example.com', 'ftp://127.0.0.1', 'https://user:pass@example.com', 'nowhere']) {
      const made = serviceLabeler(name, { endpoint }, { environment, directory })!;
      await expect(made).rejects.toMatchObject({ code: 'ASSAY_LABELER_ENDPOINT' });
    }
  });

  it('reads kept answers again by another band and scheme without asking', async () => {
    const cache = new MemoryCache();
    const mixed = [
      { id: 'm', text: 'A great, wonderful, excellent quarter. A terrible, awful, horrible loss followed.' },
    ];
    await withStandIn(name, {}, (labeler) => labelTexts([labeler], mixed, { cache }));
    const again = (settings: ServiceSettings) =>
      withStandIn(
        name,
        {},
        async (labeler, standIn) => {
          const { lines } = await labelTexts([labeler], mixed, { cache });
          expect(standIn.requests).toBe(0);
          return lines[0]!.labels[name];
        },
        settings,
      );
    if (name !== 'comprehend') expect(await again({ scheme: { classes: 4 } })).toBe('mixed');
    if (name === 'google') {
      expect(await again({ scheme: { band: { negative: 0.9, positive: 0.95 } } })).toBe('negative');
      expect(await again({ scheme: { band: { negative: -0.95, positive: -0.9 } } })).toBe('positive');
    }
  });
});

describe('watson-emotion', () => {
  it('names the strongest emotion, or none', async () => {
    await withStandIn('watson-emotion', {}, async (labeler) => {
      const { lines } = await labelTexts(
        [labeler],
        [
          { id: 'a', text: 'Wonderful! Excellent! Great!' },
          { id: 'b', text: 'Terrible, awful, horrible!' },
          { id: 'c', text: 'The call begins at ten.' },
        ],
      );
      expect(lines.map(({ labels }) => labels['watson-emotion'])).toEqual(['joy', 'anger', 'none']);
    });
  });
});

describe('credentials', () => {
  it('of Watson are found in the file that IBM’s variable names', async () => {
    const file = join(directory, 'mine.env');
    writeFileSync(file, `# a comment\nNATURAL_LANGUAGE_UNDERSTANDING_APIKEY="${key}"\n`);
    await withStandIn(
      'watson',
      {},
      async (labeler) => expect((await labelTexts([labeler], texts)).runs[0]!.labelled).toBe(3),
      {},
      { IBM_CREDENTIALS_FILE: file },
    );
  });

  it('that are missing are told with the places where they are looked for', async () => {
    const made = serviceLabeler('watson', { endpoint: 'https://example.com' }, { environment: {}, directory })!;
    await expect(made).rejects.toMatchObject({
      code: 'ASSAY_LABELER_CREDENTIALS',
      hint: expect.stringContaining('APIKEY'),
    });
    const azure = serviceLabeler('azure', {}, { environment: {}, directory })!;
    await expect(azure).rejects.toMatchObject({ code: 'ASSAY_LABELER_SETTINGS' });
  });
});

describe('planLabelling', () => {
  it('says what would be sent and what it costs, as the run then does', async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({
      id: `${n}`,
      text: `text number ${n % 50}. `.repeat(1 + n * 8),
    }));
    for (const name of services) {
      await withStandIn(name, {}, async (labeler, standIn) => {
        const cache = new MemoryCache();
        await labelTexts([labeler], many.slice(0, 10), { cache });
        const before = standIn.requests;
        const [plan] = planLabelling([labeler], many, cache);
        expect(standIn.requests).toBe(before);
        const { runs } = await labelTexts([labeler], many, { cache });
        expect(plan).toMatchObject({ cached: runs[0]!.cached, split: runs[0]!.split, requests: runs[0]!.requests });
        expect(plan!.usd).toBeCloseTo(runs[0]!.usd, 12);
      });
    }
  });
});
