import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkProof, journalDigest, readSavedDigest } from '../qldb/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    strand: { value: 'ID', description: 'of which journal; that of the newest imported block unless given' },
    tip: { value: 'N', number: true, description: 'up to the block of this sequence number' },
    check: { value: 'FILE', description: 'compare with a digest saved from QLDB, at its tip' },
    proof: { value: 'FILE', description: 'check an answer of GetRevision or GetBlock against that digest' },
  },
  details: [
    "QLDB's digest, computed over the imported blocks. Files are Ion, or JSON as the AWS CLI writes it. A digest or a proof that",
    'does not fit ends with exit code 1.',
  ].join('\n'),
  async run({ options, context, output }) {
    const records = await context.records();
    const read = (file: string) => readFileSync(resolve(context.directory, file));
    const saved = options.check === undefined ? undefined : readSavedDigest(read(options.check), options.check);
    const strand = saved?.strandId ?? options.strand;
    const tip = saved?.sequenceNo ?? options.tip;
    const computed = await journalDigest(records, {
      ...(strand !== undefined && { strand }),
      ...(tip !== undefined && { tip }),
    });
    const matches = saved === undefined ? undefined : saved.digest === computed.digest;
    const { green, red, dim } = output.colors;
    const mark = (ok: boolean) => (ok ? green('✓') : red('✗'));
    output.print(computed.digest);
    output.print(dim(`strand ${computed.strandId}, blocks 0 to ${computed.sequenceNo}`));
    if (matches !== undefined) {
      const is = matches
        ? 'is the digest computed here'
        : 'is another digest: the journal imported here is not the one it was made of';
      output.print(`${mark(matches)} ${options.check} ${is}`);
    }
    const proof =
      options.proof === undefined
        ? undefined
        : await checkProof(records, read(options.proof), options.proof, saved ?? computed);
    if (proof !== undefined) {
      output.print(`${mark(proof.ok)} the proof of a ${proof.of} ${proof.ok ? 'leads to the digest' : 'fails'}`);
      for (const problem of proof.problems) output.print(`  ${problem}`);
    }
    output.result({ ...computed, ...(matches !== undefined && { matches }), ...(proof && { proof }) });
    return matches === false || proof?.ok === false ? 1 : 0;
  },
});
