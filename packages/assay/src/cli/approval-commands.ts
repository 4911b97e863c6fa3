import type { Entry } from './entry.ts';

const group = 'Approvals';
const models = 'Models';

/** Who decides, by which rules, and on what. */
export const approvalCommands: Readonly<Record<string, Entry>> = {
  'roster list': { group, summary: 'whose votes count, and their roles', load: () => import('./roster-list.ts') },
  'roster request': {
    group,
    summary: 'your own id and key, for somebody who adds you',
    load: () => import('./roster-request.ts'),
  },
  'roster add': { group, summary: 'add a person by id and key', load: () => import('./roster-add.ts') },
  'roster remove': {
    group,
    summary: 'remove a person; their votes count no more',
    load: () => import('./roster-remove.ts'),
  },
  'roster role': { group, summary: 'give a person roles', load: () => import('./roster-role.ts') },
  'policy set': {
    group,
    summary: 'say how many must approve changes of a kind',
    load: () => import('./policy-set.ts'),
  },
  'policy list': { group, summary: 'policies in force', load: () => import('./policy-list.ts') },
  'policy show': {
    group,
    summary: 'what one policy asks for, who can give it, and what waits under it',
    load: () => import('./policy-show.ts'),
  },
  'policy retire': { group, summary: 'end a policy', load: () => import('./policy-retire.ts') },
  'policy audit': {
    group,
    summary: 'replay the ledger: name every change that had not enough approvals',
    load: () => import('./policy-audit.ts'),
  },
  propose: { group, summary: 'propose a new revision of a record', load: () => import('./propose.ts') },
  approve: { group, summary: 'sign and seal your approval of a proposal', load: () => import('./approve.ts') },
  reject: { group, summary: 'stop a proposal by a signed rejection', load: () => import('./reject.ts') },
  withdraw: { group, summary: 'take back a proposal of your own', load: () => import('./withdraw.ts') },
  apply: { group, summary: 'seal what was proposed and approved', load: () => import('./apply.ts') },
  'proposal list': { group, summary: 'proposals and how they stand', load: () => import('./proposal-list.ts') },
  'proposal show': {
    group,
    summary: 'one proposal: who signed, what is missing',
    load: () => import('./proposal-show.ts'),
  },
  'proposal proof': {
    group,
    summary: 'write what a stranger needs to check an applied proposal offline',
    load: () => import('./proposal-proof.ts'),
  },
  attest: {
    group: models,
    summary: 'sign a statement about a model version: in-toto provenance, or OpenSSF model signing',
    load: () => import('./attest.ts'),
  },
  'attest key': { group: models, summary: 'the public key of signed models', load: () => import('./attest-key.ts') },
  'attest verify': {
    group: models,
    summary: 'verify what was attested, and its files',
    load: () => import('./attest-verify.ts'),
  },
};
