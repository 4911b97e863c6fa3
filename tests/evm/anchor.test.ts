import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Anchoring,
  administer,
  anchorEach,
  anchorNewest,
  anchorRecords,
  deployContract,
  type Hex,
  hexOf,
  loadAccount,
  logIdOf,
  makeAnchorProof,
  openRpc,
  type Rpc,
  readPending,
  verifyAnchorProof,
  verifyAnchors,
} from '../../packages/assay/src/anchors/index.ts';
import { ledgerVerifiers, type RecordStore, signCheckpoint } from '../../packages/assay/src/records/index.ts';
import { draftOf, type LedgerFixture, ledgerIn } from '../../packages/assay/src/records/ledger-fixture.ts';
import { accountKey, otherKey, type RunningNode, startLiar, startNode } from './nodes.ts';

const signal = new AbortController().signal;
const origin = 'example.test/ledger';
const chain = 31337;

describe.each(['anvil', 'hardhat'] as const)('on %s', (name) => {
  let node: RunningNode;
  const folders: string[] = [];
  beforeAll(async () => {
    node = await startNode(name);
  });
  afterAll(() => {
    node?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  interface Stand {
    readonly folder: string;
    readonly fixture: LedgerFixture;
    readonly records: RecordStore;
    readonly work: Anchoring;
    readonly notes: string[];
    readonly gas: number;
  }

  /** A ledger of its own with a contract of its own. */
  async function stand(count = 3): Promise<Stand> {
    const folder = mkdtempSync(join(tmpdir(), 'assay-evm-'));
    folders.push(folder);
    const fixture = ledgerIn(folder);
    const records = await fixture.open();
    await add(records, count);
    const { signer } = fixture.options;
    const [verifier] = ledgerVerifiers(signer.vkey);
    const account = await loadAccount({ ASSAY_ANCHOR_KEY: accountKey }, folder, folder);
    const rpc = openRpc(node.url, signal);
    const notes: string[] = [];
    const waiting = { finality: 1, signal, every: 20, longest: 20_000, onNote: (text: string) => notes.push(text) };
    const log = { owner: account.address, logId: hexOf(logIdOf(origin)), submitter: account.address };
    const { contract, block, gas } = await deployContract(rpc, account, chain, log, waiting);
    const work: Anchoring = {
      records,
      objects: fixture.objects,
      rpc,
      account,
      at: { chain, contract, from: block },
      sign: (checkpoint) => signCheckpoint(checkpoint, signer, verifier!),
      pendingFile: join(folder, 'pending.json'),
      waiting,
    };
    return { folder, fixture, records, work, notes, gas };
  }

  let made = 0;
  async function add(records: RecordStore, count: number) {
    await records.append(Array.from({ length: count }, () => draftOf(`p${made++}`)));
  }
  const gasOf = async (transaction: Hex) => {
    const receipt = (await node.call('eth_getTransactionReceipt', [transaction])) as { gasUsed: string };
    return Number(receipt.gasUsed);
  };

  test('a checkpoint is anchored, once, and its proof holds offline', async () => {
    const { records, work, fixture } = await stand();
    const [anchored] = await anchorNewest(work);
    expect(anchored?.size).toBe(3);
    expect(await anchorNewest(work)).toEqual([]);
    expect(await verifyAnchors(records, work.rpc, work.at, 1)).toMatchObject({
      ok: true,
      anchors: 1,
      latest: { size: 3, seq: 1 },
    });
    const { proof, anchor } = await makeAnchorProof(records, fixture.objects, work.at, (await records.at(1))!);
    const pinned = { block: anchor.body.block.hash, contract: work.at.contract, vkey: fixture.options.signer.vkey };
    expect(verifyAnchorProof(JSON.parse(JSON.stringify(proof)), pinned)).toMatchObject({
      ok: true,
      event: { size: 3, seq: 1 },
    });
    const failed = (change: Partial<typeof pinned>) =>
      verifyAnchorProof(proof, { ...pinned, ...change })
        .checks.filter(({ status }) => status === 'failed')
        .map((check) => check.name);
    expect(failed({ block: `0x${'1'.repeat(64)}` })).toEqual(['block']);
    expect(failed({ contract: `0x${'2'.repeat(40)}` })).toEqual(['event']);
    await expect(makeAnchorProof(records, fixture.objects, work.at, (await records.at(3))!)).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_NONE',
    });
  });

  test('it grows by consistency proofs, at a gas that is told', async () => {
    const { records, work, gas } = await stand(1);
    const used: Record<string, number> = { deploy: gas };
    for (const more of [0, 1, 5, 60, 1000]) {
      if (more > 0) await add(records, more);
      const [done] = await anchorNewest(work);
      used[`to ${done!.size}`] = await gasOf(done!.transaction);
    }
    console.log(name, JSON.stringify(used));
    for (const [step, amount] of Object.entries(used))
      expect(amount, step).toBeLessThan(step === 'deploy' ? 1_100_000 : 80_000);
  });

  test('each record by itself', async () => {
    const { records, work } = await stand(4);
    expect((await anchorEach(work)).map(({ size }) => size)).toEqual([1, 2, 3, 4]);
    expect(await anchorEach(work)).toEqual([]);
    expect(await verifyAnchors(records, work.rpc, work.at, 1)).toMatchObject({ ok: true, anchors: 4 });
  });

  test('what was sent and not sealed is found again, and not sent twice', async () => {
    const { records, work } = await stand();
    // As after a kill between sending and sealing: the file is there, and the transaction is mined.
    const stopped = { ...work, records: { ...bound(records), append: () => Promise.reject(new Error('killed')) } };
    await expect(anchorNewest(stopped)).rejects.toThrow('killed');
    expect(readPending(work.pendingFile)?.size).toBe(3);
    expect((await anchorNewest(work)).map(({ size }) => size)).toEqual([3]);
    expect(existsSync(work.pendingFile)).toBe(false);
    // And with the file lost as well.
    await add(records, 2);
    await expect(anchorNewest(stopped)).rejects.toThrow('killed');
    rmSync(work.pendingFile);
    const found = await anchorNewest(work);
    expect(found).toHaveLength(1);
    expect((await anchorRecords(records, work.at)).map(({ body }) => body.seq)).toEqual([1, 2]);
  });

  test('a transaction that nobody mines is replaced by dearer ones, up to a bound, and anchors once', async () => {
    const { records, work, notes } = await stand();
    const before = Number(await node.call('eth_getTransactionCount', [work.account.address, 'latest']));
    await node.call('evm_setAutomine', [false]);
    try {
      const impatient = { ...work, waiting: { ...work.waiting, patience: 1, longest: 4000 } };
      await expect(anchorNewest(impatient)).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_TIMEOUT' });
      const fees = readPending(work.pendingFile)!.attempts.map(({ maxFeePerGas }) => BigInt(maxFeePerGas));
      expect(fees.length).toBeGreaterThan(3);
      for (const [i, fee] of fees.slice(1).entries()) expect(fee * 10n).toBeGreaterThanOrEqual(fees[i]! * 11n);
      expect(fees.at(-1)).toBeLessThanOrEqual(10n * fees[0]!);
      expect(notes.filter((text) => text.includes('gwei'))).toHaveLength(fees.length - 1);
      expect(notes.filter((text) => text.includes('not raised further'))).toHaveLength(1);
      await node.call('evm_mine');
      const dearest = readPending(work.pendingFile)!.attempts.at(-1)!.hash;
      expect(await anchorNewest(work)).toMatchObject([{ size: 3, transaction: dearest }]);
    } finally {
      await node.call('evm_setAutomine', [true]);
    }
    expect(Number(await node.call('eth_getTransactionCount', [work.account.address, 'latest']))).toBe(before + 1);
    expect(await verifyAnchors(records, work.rpc, work.at, 1)).toMatchObject({ ok: true, anchors: 1 });
  });

  test('a chain without finality is told by a code, and what was sent is finished by another wait', async () => {
    const { records, work } = await stand();
    const lacking = (answer: (tag: unknown) => unknown): Rpc => ({
      ...work.rpc,
      call: async (method, parameters) =>
        method === 'eth_getBlockByNumber' && ['safe', 'finalized'].includes(String(parameters[0]))
          ? answer(parameters[0])
          : work.rpc.call(method, parameters),
    });
    const never = lacking(() => null);
    const waiting = { ...work.waiting, finality: 'finalized' as const, longest: 200 };
    await expect(anchorNewest({ ...work, rpc: never, waiting })).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_FINALITY',
    });
    expect(await anchorNewest(work)).toHaveLength(1);
    expect(await verifyAnchors(records, never, work.at, 'safe')).toMatchObject({
      ok: false,
      failures: [{ code: 'ASSAY_ANCHOR_FINALITY' }],
    });
    // The twin: a chain that has them.
    const has = lacking(() => work.rpc.call('eth_getBlockByNumber', ['latest', false]));
    expect(await verifyAnchors(records, has, work.at, 'safe')).toMatchObject({ ok: true });
    await add(records, 1);
    expect(await anchorNewest({ ...work, rpc: has, waiting: { ...waiting, longest: 20_000 } })).toHaveLength(1);
  });

  test('a deployment that was interrupted is found again: one contract, not two', async () => {
    const { work, folder } = await stand();
    const log = { owner: work.account.address, logId: hexOf(logIdOf('again')), submitter: work.account.address };
    const file = join(folder, 'deploy.json');
    const count = async () => Number(await node.call('eth_getTransactionCount', [work.account.address, 'latest']));
    const before = await count();
    const killed: Rpc = {
      ...work.rpc,
      async call(method, parameters) {
        const answer = await work.rpc.call(method, parameters);
        if (method === 'eth_sendRawTransaction') throw new Error('killed');
        return answer;
      },
    };
    const deploy = (rpc: Rpc, change = {}) =>
      deployContract(rpc, work.account, chain, { ...log, ...change }, work.waiting, file);
    await expect(deploy(killed)).rejects.toThrow('killed');
    expect(await count()).toBe(before + 1);
    await expect(deploy(work.rpc, { owner: `0x${'5'.repeat(40)}` })).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_PENDING',
    });
    const made = await deploy(work.rpc);
    expect(await deploy(work.rpc)).toEqual(made);
    expect(await count()).toBe(before + 1);
    // The twin: noted and forgotten, the same command makes another.
    rmSync(file);
    expect((await deploy(work.rpc)).contract).not.toBe(made.contract);
  });

  test('an anchor among transactions of other types is proved', async () => {
    const { records, work, fixture } = await stand();
    const { privateKeyToAccount } = await import('viem/accounts');
    const other = privateKeyToAccount(otherKey);
    const nonce = Number(await node.call('eth_getTransactionCount', [other.address, 'latest']));
    const plain = { chainId: chain, to: other.address, value: 1n, gas: 100_000n } as const;
    const price = 100_000_000_000n;
    const fees = { maxFeePerGas: price, maxPriorityFeePerGas: price / 2n };
    const others = await Promise.all([
      other.signTransaction({ ...plain, type: 'legacy', nonce, gasPrice: price }),
      other.signTransaction({ ...plain, type: 'eip2930', nonce: nonce + 1, gasPrice: price, accessList: [] }),
      other.signTransaction({ ...plain, type: 'eip1559', nonce: nonce + 2, ...fees }),
      other.signTransaction({
        ...plain,
        type: 'eip7702',
        nonce: nonce + 3,
        ...fees,
        authorizationList: [
          await other.signAuthorization({ contractAddress: work.at.contract, chainId: chain, nonce: nonce + 4 }),
        ],
      }),
    ]);
    await node.call('evm_setAutomine', [false]);
    const rpc: Rpc = {
      ...work.rpc,
      async call(method, parameters) {
        const answer = await work.rpc.call(method, parameters);
        if (method === 'eth_sendRawTransaction') {
          for (const raw of others) await work.rpc.call(method, [raw]);
          await node.call('evm_mine');
        }
        return answer;
      },
    };
    try {
      await anchorNewest({ ...work, rpc });
    } finally {
      await node.call('evm_setAutomine', [true]);
    }
    const [anchor] = await anchorRecords(records, work.at);
    const block = (await node.call('eth_getBlockByHash', [anchor!.body.block.hash, false])) as {
      transactions: string[];
    };
    const types: string[] = [];
    for (const hash of block.transactions)
      types.push(((await node.call('eth_getTransactionReceipt', [hash])) as { type: string }).type);
    expect([...new Set(types)].sort()).toEqual(['0x0', '0x1', '0x2', '0x4']);
    expect(await verifyAnchors(records, work.rpc, work.at, 1)).toMatchObject({ ok: true });
    const { proof } = await makeAnchorProof(records, fixture.objects, work.at, (await records.at(0))!);
    const pinned = { block: anchor!.body.block.hash, contract: work.at.contract, vkey: fixture.options.signer.vkey };
    expect(verifyAnchorProof(proof, pinned).ok).toBe(true);
  });

  test('a forked or shortened ledger is refused, here and on chain', async () => {
    const { work } = await stand(5);
    await anchorNewest(work);
    const other = await stand(9);
    const forked = { ...other.work, at: work.at };
    await expect(anchorNewest(forked)).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_FORK' });
    expect(await verifyAnchors(other.records, work.rpc, work.at, 1)).toMatchObject({
      ok: false,
      failures: [{ code: 'ASSAY_ANCHOR_FORK' }],
    });
    const short = await stand(2);
    await expect(anchorNewest({ ...short.work, at: work.at })).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_AHEAD' });
  });

  test('wrong chain, wrong contract, strangers and a paused log are told', async () => {
    const { work, folder } = await stand();
    await expect(anchorNewest({ ...work, at: { ...work.at, chain: 1 } })).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_CHAIN',
    });
    const nowhere = { ...work.at, contract: `0x${'3'.repeat(40)}` as const };
    await expect(anchorNewest({ ...work, at: nowhere })).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_CONTRACT' });
    const stranger = await loadAccount({ ASSAY_ANCHOR_KEY: otherKey }, folder, folder);
    await expect(anchorNewest({ ...work, account: stranger })).rejects.toThrow('NotSubmitter');
    const logId = hexOf(logIdOf(origin));
    const admin = (account: typeof stranger, what: Parameters<typeof administer>[4]) =>
      administer(work.rpc, account, work.at, logId, what, work.waiting);
    await expect(admin(stranger, { action: 'pause' })).rejects.toThrow('NotOwner');
    await admin(work.account, { action: 'pause' });
    await expect(anchorNewest(work)).rejects.toThrow('IsPaused');
    await admin(work.account, { action: 'propose', submitter: stranger.address });
    await admin(stranger, { action: 'accept' });
    await admin(work.account, { action: 'resume' });
    expect(await anchorNewest({ ...work, account: stranger })).toHaveLength(1);
  });

  test('a node that lies is found out', async () => {
    const { records, work } = await stand();
    await anchorNewest(work);
    const lies: readonly (readonly [string, (answer: Record<string, unknown>, method: string) => unknown])[] = [
      [
        'ASSAY_ANCHOR_PROOF',
        (answer, method) => (method === 'eth_getBlockByHash' ? changed(answer, 'stateRoot') : answer),
      ],
      [
        'ASSAY_ANCHOR_PROOF',
        (answer, method) => (method === 'eth_getBlockByHash' ? changed(answer, 'receiptsRoot') : answer),
      ],
      [
        'ASSAY_ANCHOR_PROOF',
        (answer, method) =>
          method === 'eth_getBlockReceipts'
            ? { ...answer, result: [] }
            : // Hardhat has not that method, and is asked for each receipt.
              method === 'eth_getTransactionReceipt'
              ? changed(answer, 'logsBloom')
              : answer,
      ],
      [
        'ASSAY_ANCHOR_REORG',
        (answer, method) => (method === 'eth_getBlockByNumber' ? changed(answer, 'hash') : answer),
      ],
    ];
    for (const [code, lie] of lies) {
      const liar = await startLiar(node.url, (method, answer) => lie(answer, method));
      const verdict = await verifyAnchors(records, openRpc(liar.url, signal), work.at, 1);
      liar.stop();
      expect(verdict.failures.map((failure) => failure.code)).toEqual([code]);
    }
    const other = await startLiar(node.url, (method, answer) =>
      method === 'eth_getCode' ? { ...answer, result: '0x6000' } : answer,
    );
    await expect(verifyAnchors(records, openRpc(other.url, signal), work.at, 1)).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_CONTRACT',
    });
    other.stop();
    const honest = await startLiar(node.url, (_, answer) => answer);
    expect(await verifyAnchors(records, openRpc(honest.url, signal), work.at, 1)).toMatchObject({ ok: true });
    honest.stop();
  });

  test('an account without ether is told', async () => {
    const { work, folder } = await stand();
    const poor = await loadAccount({ ASSAY_ANCHOR_KEY: '7'.repeat(64) }, folder, folder);
    const logId = hexOf(logIdOf(origin));
    await administer(
      work.rpc,
      work.account,
      work.at,
      logId,
      { action: 'propose', submitter: poor.address },
      work.waiting,
    );
    await expect(administer(work.rpc, poor, work.at, logId, { action: 'accept' }, work.waiting)).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_FUNDS',
    });
  });

  test('a transaction that the chain reverts anchors nothing, and the next call begins anew', async () => {
    const { records, work } = await stand();
    const logId = hexOf(logIdOf(origin));
    const admin = (action: 'pause' | 'resume') =>
      administer(work.rpc, work.account, work.at, logId, { action }, work.waiting);
    // Between the node's trial and the sending the owner pauses the log.
    let isPaused = false;
    const rpc: Rpc = {
      ...work.rpc,
      async call(method, parameters) {
        const answer = await work.rpc.call(method, parameters);
        if (method !== 'eth_estimateGas' || isPaused) return answer;
        isPaused = true;
        await admin('pause');
        return answer;
      },
    };
    await expect(anchorNewest({ ...work, rpc })).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_REVERTED' });
    await admin('resume');
    // Hardhat tells of it at the sending already: there it is found mined by the next call.
    if (name === 'hardhat') await expect(anchorNewest(work)).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_REVERTED' });
    expect(existsSync(work.pendingFile)).toBe(false);
    expect(await anchorRecords(records, work.at)).toEqual([]);
    expect(await anchorNewest(work)).toHaveLength(1);
  });

  test('a nonce that another transaction took is told, and nothing is sealed', async () => {
    const { records, work } = await stand();
    const logId = hexOf(logIdOf(origin));
    let isTaken = false;
    const rpc: Rpc = {
      ...work.rpc,
      async call(method, parameters) {
        if (method === 'eth_sendRawTransaction' && !isTaken) {
          isTaken = true;
          const stranger = { action: 'propose', submitter: `0x${'4'.repeat(40)}` } as const;
          await administer(work.rpc, work.account, work.at, logId, stranger, work.waiting);
        }
        return work.rpc.call(method, parameters);
      },
    };
    await expect(anchorNewest({ ...work, rpc })).rejects.toMatchObject({ code: 'ASSAY_ANCHOR_REPLACED' });
    expect(await anchorRecords(records, work.at)).toEqual([]);
    expect(await anchorNewest(work)).toHaveLength(1);
  });

  test('the same event from another contract proves nothing', async () => {
    const { records, work, fixture } = await stand();
    // A contract of someone else, with the same code: it says the same in the same words.
    const log = { owner: work.account.address, logId: hexOf(logIdOf(origin)), submitter: work.account.address };
    const alike = await deployContract(work.rpc, work.account, chain, log, work.waiting);
    const at = { chain, contract: alike.contract, from: alike.block };
    await anchorNewest({ ...work, at });
    const { proof, anchor } = await makeAnchorProof(records, fixture.objects, at, (await records.at(0))!);
    const pinned = { block: anchor.body.block.hash, vkey: fixture.options.signer.vkey };
    expect(verifyAnchorProof(proof, { ...pinned, contract: alike.contract }).ok).toBe(true);
    const claimed = { ...proof, anchor: { ...proof.anchor, contract: work.at.contract } };
    const verdict = verifyAnchorProof(claimed, { ...pinned, contract: work.at.contract });
    expect(verdict.checks.filter(({ status }) => status === 'failed').map((check) => check.name)).toEqual(['event']);
    await expect(makeAnchorProof(records, fixture.objects, work.at, (await records.at(0))!)).rejects.toMatchObject({
      code: 'ASSAY_ANCHOR_NONE',
    });
  });

  test('a block that is replaced is told, and the checkpoint anchored again', async () => {
    const { records, work } = await stand();
    const snapshot = await node.call('evm_snapshot');
    await anchorNewest(work);
    await node.call('evm_revert', [snapshot]);
    const verdict = await verifyAnchors(records, work.rpc, work.at, 1);
    expect(verdict.failures.map(({ code }) => code)).toContain('ASSAY_ANCHOR_REORG');
    await node.call('evm_mine');
    expect(await anchorNewest(work)).toHaveLength(1);
    expect((await anchorRecords(records, work.at)).map(({ body }) => body.seq)).toEqual([1, 1]);
  });
});

function bound(records: RecordStore): RecordStore {
  return new Proxy(records, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    ownKeys: () => [
      'get',
      'at',
      'withPrefix',
      'latest',
      'history',
      'list',
      'children',
      'body',
      'checkpoint',
      'size',
      'entries',
      'subtree',
      'inclusionProof',
      'consistencyProof',
      'close',
    ],
    getOwnPropertyDescriptor: (target, key) => ({
      configurable: true,
      enumerable: true,
      value: Reflect.get(target, key),
    }),
  });
}

function changed(answer: Record<string, unknown>, member: string): unknown {
  return { ...answer, result: { ...Object(answer.result), [member]: `0x${'7'.repeat(64)}` } };
}
