/** A ledger with a roster of four and a policy, on which a test votes; a clock that the test turns. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Draft, RecordStore } from '../../records/index.ts';
import { type LedgerFixture, ledgerIn } from '../../records/ledger-fixture.ts';
import { formatVkey } from '../../records/proof/index.ts';
import { encode, type Person, type Policy } from '../documents.ts';
import { guardedRecords } from '../guard.ts';
import { Governance, replayLedger, type Voter } from '../index.ts';

export const ORIGIN = 'example.test/ledger';

export interface Member {
  readonly voter: Voter;
  readonly entry: Person;
}

export function person(label: string, roles: readonly string[] = []): Member {
  const id = Buffer.from(label.padEnd(16, '.')).toString('hex');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const name = `assay.local/actor-${id}`;
  const vkey = formatVkey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  return { voter: { id, key: { name, privateKey } }, entry: { id, vkey, label, ...(roles.length > 0 && { roles }) } };
}

export const ann = person('ann');
export const bob = person('bob', ['risk', 'legal']);
export const eve = person('eve', ['legal']);
export const kim = person('kim');

export class VotedLedger {
  now = new Date('2026-01-01T00:00:00.000Z');
  readonly ledger: LedgerFixture;
  /** Without the guard: as somebody writes who has the ledger's key and other code. */
  readonly bare: RecordStore;
  readonly records: RecordStore;
  readonly governance: Governance;
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string, ledger: LedgerFixture, open: (clock: () => Date) => RecordStore) {
    this.#folder = folder;
    this.ledger = ledger;
    this.bare = open(this.clock);
    this.records = guardedRecords(this.bare, ORIGIN, this.clock);
    this.governance = new Governance(this.records, ORIGIN, this.clock);
  }

  static async open(): Promise<VotedLedger> {
    const folder = mkdtempSync(join(tmpdir(), 'assay-votes-'));
    const ledger = ledgerIn(folder, ORIGIN);
    const { openSqliteRecords } = await import('../../records/index.ts');
    let clock = () => new Date();
    const bare = await openSqliteRecords({ ...ledger.options, clock: () => clock() });
    return new VotedLedger(folder, ledger, (own) => {
      clock = own;
      return bare;
    });
  }

  readonly clock = () => this.now;

  async close(): Promise<void> {
    await this.bare.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  readonly draft = async (kind: string, id: string, body: unknown): Promise<Draft> => {
    const revision = ((await this.bare.latest(kind, id))?.record.revision ?? 0) + 1;
    return {
      kind,
      id,
      revision,
      version: `1:${revision}:0`,
      event: revision === 1 ? 'created' : 'updated',
      body: encode(body),
    };
  };

  readonly roster = (...people: readonly { readonly entry: Person }[]) =>
    this.draft('roster', 'roster', { actors: people.map(({ entry }) => entry) });

  readonly rule = (policy: Partial<Policy> = {}) => {
    const whole = {
      kind: 'limit',
      pattern: '*',
      approvals: 2,
      roles: [{ role: 'risk', approvals: 1 }],
      expiresSeconds: 86_400,
      ...policy,
    };
    return this.draft('policy', whole.pattern === '*' ? whole.kind : `${whole.kind}/${whole.pattern}`, whole);
  };

  readonly begin = async (policy: Partial<Policy> = {}): Promise<void> => {
    await this.records.append([await this.roster(ann, bob, eve, kim)]);
    await this.records.append([await this.rule(policy)]);
  };

  readonly proposed = async (change?: Draft, by = ann): Promise<string> => {
    const id = `${(++this.#count).toString(16).padStart(8, '0')}`;
    await this.governance.propose(change ?? (await this.draft('limit', 'cap', { most: this.#count })), by.voter, id);
    return id;
  };

  readonly approve = async (id: string, ...voters: readonly { readonly voter: Voter }[]): Promise<void> => {
    for (const { voter } of voters)
      await this.governance.cast(this.governance.sign(await this.governance.find(id), 'approve', voter));
  };

  readonly state = async (id: string) => (await this.governance.find(id)).standing;

  readonly findings = async () => (await replayLedger(this.bare, ORIGIN)).findings.flatMap(({ problems }) => problems);
}
