import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AttestedModel,
  createAttestedModel,
} from '../../packages/assay/src/attestations/testing/attested-model.ts';
import { interopTool } from './tools.ts';

/** The statements are read and verified by the tools of those who defined them. */

let model: AttestedModel;
beforeAll(async () => {
  model = await createAttestedModel();
});
afterAll(() => model.remove());

const verifyModel = (folder: string) =>
  spawnSync(
    interopTool('attestations/bin/model_signing'),
    ['verify', 'key', folder, '--signature', join(folder, 'model.sig'), '--public_key', model.pem],
    { encoding: 'utf8' },
  );

function copied(name: string): string {
  const folder = join(model.folder, name);
  cpSync(model.signed, folder, { recursive: true });
  return folder;
}

test("OpenSSF's model-signing accepts a signed model, and no other", () => {
  const { status, stdout, stderr } = verifyModel(model.signed);
  expect(`${stdout}${stderr}`).toContain('succeeded');
  expect(status).toBe(0);
  const changed = copied('changed');
  appendFileSync(join(changed, 'model.onnx'), '!');
  expect(verifyModel(changed).status).not.toBe(0);
  const more = copied('more');
  writeFileSync(join(more, 'more.bin'), '');
  expect(verifyModel(more).status).not.toBe(0);
  const forged = copied('forged');
  const signature = join(forged, 'model.sig');
  const bundle = JSON.parse(readFileSync(signature, 'utf8'));
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString().replace('calls', 'falls');
  bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
  writeFileSync(signature, JSON.stringify(bundle));
  expect(verifyModel(forged).status).not.toBe(0);
});

const program = `
import json, sys
from in_toto_attestation.v1.statement import Statement
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
import base64
file, kind, key = sys.argv[1:]
envelope = Envelope.from_dict(json.load(open(file)))
public = load_pem_public_key(open(key, 'rb').read()) if kind == 'p256' else Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
keyid = next(iter(envelope.signatures))
envelope.verify([SSlibKey.from_crypto(public, keyid=keyid)], 1)
message = json_format.Parse(envelope.payload, statement_pb2.Statement())
Statement.copy_from_pb(message).validate()
print(message.predicate_type, len(message.subject))
`;

const verifyStatement = (file: string, kind: 'ed25519' | 'p256') =>
  spawnSync(
    interopTool('attestations/bin/python'),
    ['-c', program, file, kind, kind === 'p256' ? model.pem : model.vkey.split('+').slice(2).join('+')],
    { encoding: 'utf8' },
  );

test.each(['ed25519', 'p256'] as const)(
  'securesystemslib and in-toto-attestation accept a statement signed by %s, and no other',
  (kind) => {
    const file = kind === 'p256' ? model.provenanceP256 : model.provenance;
    const { stdout, stderr } = verifyStatement(file, kind);
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('https://slsa.dev/provenance/v1 4');
    const envelope = JSON.parse(readFileSync(file, 'utf8'));
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('calls', 'falls');
    const edited = join(model.folder, `edited-${kind}.json`);
    writeFileSync(edited, JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
    const refused = verifyStatement(edited, kind);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('VerificationError');
  },
);
