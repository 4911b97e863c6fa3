import { p256Signer } from '../attestations/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  details:
    'ECDSA on P-256, in PEM: what `model_signing verify key --public_key` takes. It is made when this home has none.',
  async run({ context, output }) {
    const { publicKey, keyid } = p256Signer(context.environment);
    output.print(publicKey.trimEnd());
    output.result({ publicKey, keyid });
    return 0;
  },
});
