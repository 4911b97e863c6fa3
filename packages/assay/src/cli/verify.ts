import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import {
  fileHighWaterMarks,
  nodeEd25519,
  verifyLedger,
  verifyPostgresLedger,
  verifyReceipt,
} from '../records/index.ts';
import { parseVkey, type RevokedKey, type WitnessPolicy, witnessPolicy } from '../records/proof/index.ts';
import { assayHome, type LedgerPlace, ledgerPlace, projectConfig } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import type { Context } from './context.ts';
import { shortHash } from './format.ts';
import type { Output } from './output.ts';

export const command = defineCommand({
  options: {
    receipt: { value: 'FILE', description: 'check this receipt, offline and without a project' },
    proposal: { value: 'FILE', description: 'check this proof of an applied proposal, likewise' },
    key: { value: 'VKEY', description: "the ledger's verifier key, for --receipt and --proposal" },
    witness: { value: 'VKEY', repeat: true, description: 'a witness that may have cosigned the receipt' },
    quorum: { value: 'N', number: true, description: 'how many of them must have; without it, all' },
    revoked: {
      value: 'KEY[@INDEX]',
      repeat: true,
      description: 'a key that counts no more, by its 8 hex digits or whole; from a record on, or at all',
    },
    noBodies: {
      description: 'the ledger only: entries, tree, checkpoints and links, without the bytes they vouch for',
    },
  },
  details: 'Changes nothing. Names every record and check that fails, and then ends with exit code 1.',
  async run({ options, context, output, signal }) {
    if (options.proposal !== undefined) return checkProposal(context.directory, options.proposal, options.key, output);
    const isAboutReceipt =
      options.receipt ?? options.key ?? options.witness?.[0] ?? options.revoked?.[0] ?? options.quorum;
    if (isAboutReceipt !== undefined) {
      return checkReceipt(context.directory, options, policyOf(options), output);
    }
    return verifyAll(context, output, signal, options.noBodies !== true);
  },
});

function policyOf({
  witness = [],
  quorum,
}: {
  readonly witness?: readonly string[];
  readonly quorum: number | undefined;
}): WitnessPolicy | undefined {
  if (witness.length === 0 && quorum === undefined) return undefined;
  return witnessPolicy(witness, quorum ?? witness.length, nodeEd25519);
}

/** Verifies the project's ledger and, with bodies, what its policies say of it. @returns the exit code */
export async function verifyAll(
  context: Context,
  output: Output,
  signal: AbortSignal,
  bodies: boolean,
): Promise<number> {
  const project = context.project();
  const { trusted, witnesses } = projectConfig(project);
  const progress = output.progress('verifying', 'records');
  const place = ledgerPlace(projectConfig(project), context.environment);
  const options = {
    checkpointFile: project.paths.checkpoint,
    cosignedFile: project.paths.cosigned,
    policy:
      witnesses &&
      witnessPolicy(
        witnesses.list.map(({ vkey }) => vkey),
        witnesses.quorum,
        nodeEd25519,
      ),
    vkey: project.vkey,
    trusted,
    earlier: project.earlier,
    objects: context.objects(),
    bodies,
    heldByDvc: await cacheOfDvc(context, signal),
    highWater: fileHighWaterMarks(join(assayHome(context.environment), 'high-water')),
    onProgress: progress.update,
    signal,
  };
  const ledger = await (place.kind === 'postgres'
    ? verifyPostgresLedger({ ...options, url: place.url })
    : verifyLedger({ ...options, databaseFile: project.paths.database })
  ).finally(progress.end);
  // A ledger that is damaged says nothing about its policies.
  const broken =
    ledger.ok && bodies ? [...(await policyFailures(context, place)), ...(await searchFailures(context))] : [];
  const verification = { ...ledger, ok: ledger.ok && broken.length === 0, failures: [...ledger.failures, ...broken] };
  output.result(verification);
  const { bold, dim, green, red } = output.colors;
  for (const { check, record, index, message } of verification.failures) {
    const where = [index === undefined ? '' : `#${index}`, record ?? ''].filter(Boolean).join(' ');
    output.print(`${red('✗')} ${bold(check)}${where && ` ${where}`}: ${message}`);
  }
  const { checkpoint, records, failures, unseen } = verification;
  if (verification.ok) output.print(`${green('✓')} verified ${records} ${records === 1 ? 'record' : 'records'}`);
  else
    output.print(
      red(`${failures.length} ${failures.length === 1 ? 'check' : 'checks'} failed over ${records} records`),
    );
  for (const remark of verification.remarks) output.print(dim(remark));
  if (!bodies) output.print(dim('bodies, notes and artifacts were not looked at'));
  if (unseen > 0) {
    const what = `${unseen} ${unseen === 1 ? 'output' : 'outputs'} of stages`;
    output.print(dim(`${what}: not in DVC's cache (in git, or removed since), so that the bytes were not checked`));
  }
  if (checkpoint) output.print(dim(`${checkpoint.origin}, ${checkpoint.size} records, root ${checkpoint.root}`));
  return verification.ok ? 0 : 1;
}

/** What was changed without the approvals that the ledger's own policies ask for. */
async function policyFailures(context: Context, place: LedgerPlace) {
  if (place.kind === 'sqlite' && !existsSync(context.project().paths.database)) return [];
  const { replayLedger } = await import('../governance/index.ts');
  const records = await context.readRecords();
  const { findings } = await replayLedger(records, context.project().origin).finally(() => records.close());
  return findings.map(({ index, record, problems }) => ({
    check: 'policy' as const,
    index,
    record,
    message: problems.join('; '),
  }));
}

/** What the index of searches says otherwise than the records that it was made of. */
async function searchFailures(context: Context) {
  const file = context.project().paths.search;
  if (!existsSync(file)) return [];
  const { SearchIndex } = await import('../track/index.ts');
  const records = await context.readRecords();
  const index = new SearchIndex(file, 'read');
  try {
    const where = await index.difference({ records, objects: context.objects() });
    if (where === undefined) return [];
    const message = `the index of searches does not say what the ledger says: ${where}; remove ${file}, and it is made again`;
    return [{ check: 'search-index' as const, record: undefined, index: undefined, message }];
  } finally {
    await index.close();
    await records.close();
  }
}

async function checkProposal(
  directory: string,
  file: string,
  key: string | undefined,
  output: Output,
): Promise<number> {
  if (key === undefined) throw new AssayError('ASSAY_RECEIPT_USAGE', '--key VKEY is missing');
  const { verifyProposalProof } = await import('../governance/index.ts');
  const verdict = verifyProposalProof(await readReceiptFile(resolve(directory, file)), key);
  for (const problem of verdict.problems) output.print(`${output.colors.red('✗')} ${problem}`);
  if (verdict.ok)
    output.print(
      `${output.colors.green('✓')} ${verdict.applied}, approved by ${verdict.approvals.join(', ') || 'nobody: no policy asked for it'}`,
    );
  output.print(output.colors.dim('What it does not prove:'));
  for (const text of verdict.doesNotProve) output.print(output.colors.dim(`- ${text}`));
  output.result(verdict);
  return verdict.ok ? 0 : 1;
}

/** What records leave to DVC is looked for in its cache. */
async function cacheOfDvc(context: Context, signal: AbortSignal) {
  const repository = await context.repository().catch(() => undefined);
  if (!repository) return undefined;
  const { sha256InCache } = await import('../data/index.ts');
  const workplace = await context.workplace(signal);
  return (md5: string) => sha256InCache(workplace, md5);
}

async function checkReceipt(
  directory: string,
  {
    receipt: file,
    key,
    revoked: named,
  }: { readonly receipt: string | undefined; readonly key: string | undefined; readonly revoked: readonly string[] },
  policy: WitnessPolicy | undefined,
  output: Output,
): Promise<number> {
  if (file === undefined || key === undefined) {
    throw new AssayError('ASSAY_RECEIPT_USAGE', `--${file === undefined ? 'receipt FILE' : 'key VKEY'} is missing`, {
      hint: 'assay verify --receipt FILE --key VKEY; the key is what `trusted` in assay.yaml lists. It must not come with the receipt.',
    });
  }
  const verdict = verifyReceipt(
    await readReceiptFile(resolve(directory, file)),
    key,
    nodeEd25519,
    policy,
    named.map(revokedKey),
  );
  const { bold, dim, green, red, yellow } = output.colors;
  const marks = { passed: green('✓'), failed: red('✗'), absent: yellow('–') };
  for (const { name, status, message, code } of verdict.checks)
    output.print(`${marks[status]} ${bold(name.padEnd(10))} ${message}${code ? dim(` (${code})`) : ''}`);
  const { record, hash, checkpoint } = verdict;
  if (record && hash) {
    output.print(
      `${dim('record')}     ${record.kind}/${record.id}@${record.version}, revision ${record.revision}, ${shortHash(hash)}`,
    );
  }
  output.print(dim('What it does not prove:'));
  for (const text of verdict.doesNotProve) output.print(dim(`- ${text}`));
  output.result({
    ...verdict,
    ...(checkpoint && { checkpoint: { ...checkpoint, root: Buffer.from(checkpoint.root).toString('hex') } }),
  });
  return verdict.ok ? 0 : 1;
}

/** `KEY`, of which nothing counts, or `KEY@INDEX`, of which nothing counts from that record on. */
function revokedKey(text: string): RevokedKey {
  const [, key = '', index] = /^(.+?)(?:@([0-9]{1,15}))?$/.exec(text) ?? [];
  const isKey = /^[0-9a-f]{8}$/.test(key) || parseVkey(key).name !== '';
  if (isKey) return { key, since: Number(index ?? 0) };
  throw new AssayError('ASSAY_RECEIPT_USAGE', `--revoked ${text} is no key`);
}

async function readReceiptFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new AssayError('ASSAY_RECEIPT_FILE', `${path} cannot be read`, { cause: error });
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new AssayError('ASSAY_RECEIPT_FILE', `${path} is not JSON`, {
      hint: 'Was it cut short on its way?',
      cause: error,
    });
  }
}
