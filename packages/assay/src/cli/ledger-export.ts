import { openExportPlace } from '../access/index.ts';
import { AssayError } from '../errors.ts';
import { exportLedger, ledgerVerifiers, nodeEd25519, type RecordStore, withCosignatures } from '../records/index.ts';
import { verifyCosigned, witnessPolicy } from '../records/proof/index.ts';
import { readCosigned } from '../witness/index.ts';
import { projectConfig } from '../workspace/index.ts';
import { defineCommand } from './command.ts';
import type { Context } from './context.ts';

export const command = defineCommand({
  arguments: ['PLACE'],
  options: { cosigned: { description: 'up to the newest checkpoint that witnesses have cosigned, and no further' } },
  details: [
    'Static files that any web server can serve, and any verifier of transparency logs can read: `checkpoint` and `tile/…`, as',
    'https://c2sp.org/tlog-tiles has them. Entries are the records; what they vouch for by its hash stays here. PLACE is a folder, an',
    'address such as s3://bucket/log, or remote://NAME/path. One that holds an earlier export is brought up to date. Where witnesses have',
    'cosigned the newest checkpoint, their cosignatures are in it.',
  ].join('\n'),
  async run({ arguments: [address = ''], options, context, output, signal }) {
    const records = await context.records();
    const { checkpoint, isCosigned } = await checkpointOf(context, records, options.cosigned);
    await using place = await openExportPlace(address, () => context.settings(), context.visit(signal));
    const progress = output.progress('reading', 'records');
    const exported = await exportLedger(records, place, {
      checkpoint,
      onProgress: progress.update,
      signal,
    }).finally(progress.end);
    const { origin, size, before, tiles } = exported;
    output.print(
      size === before ? `${origin}: up to date, ${size} records` : `${origin}: ${size} records, ${tiles} tiles written`,
    );
    if (isCosigned) output.print(output.colors.dim('its checkpoint has the cosignatures of witnesses'));
    output.result({ ...exported, cosigned: isCosigned });
    return 0;
  },
});

/** The newest checkpoint, with its cosignatures if there are any; or the newest that has some. */
async function checkpointOf(context: Context, records: RecordStore, onlyCosigned: boolean) {
  const project = context.project();
  const cosigned = readCosigned(project.paths.cosigned);
  if (onlyCosigned && cosigned === undefined) {
    throw new AssayError('ASSAY_WITNESS_NONE', 'no checkpoint of this ledger has been cosigned', {
      hint: 'Ask the witnesses of assay.yaml first: `assay ledger cosign`.',
    });
  }
  const newest = await records.checkpoint();
  const checkpoint = onlyCosigned ? cosigned : newest && withCosignatures(newest, cosigned);
  const isCosigned = checkpoint !== undefined && checkpoint === cosigned;
  const { trusted, witnesses } = projectConfig(project);
  if (isCosigned && witnesses) {
    // What a stranger would refuse does not leave the house.
    const policy = witnessPolicy(
      witnesses.list.map(({ vkey }) => vkey),
      witnesses.quorum,
      nodeEd25519,
    );
    verifyCosigned(checkpoint, ledgerVerifiers(project.vkey, trusted, project.earlier), policy);
  }
  return { checkpoint, isCosigned };
}
