import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const name = 'CheckpointAnchor';
const source = join(import.meta.dirname, `../packages/assay/contracts/${name}.sol`);

/** What solc is told. Without metadata the bytecode depends on the code alone; of the EVM nothing newer than Shanghai is used. */
const settings = {
  optimizer: { enabled: true, runs: 10_000 },
  evmVersion: 'shanghai',
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { [name]: ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
} as const;

interface Compiled {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly abi: unknown;
            readonly evm: {
              readonly bytecode: { readonly object: string };
              readonly deployedBytecode: { readonly object: string };
            };
          }
        >
      >
    >
  >;
}

/** The module that the project is to contain for its contract; the same for the same source and compiler. */
export function compileContract(): string {
  const require = createRequire(import.meta.url);
  const solc: { version(): string; compile(input: string): string } = require('solc');
  const content = readFileSync(source, 'utf8');
  const input = { language: 'Solidity', sources: { [`${name}.sol`]: { content } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Compiled;
  const problems = (output.errors ?? []).map(({ formattedMessage }) => formattedMessage);
  const contract = output.contracts?.[`${name}.sol`]?.[name];
  if (problems.length > 0 || !contract) throw new Error(problems.join('\n') || `solc gave nothing for ${name}`);
  return [
    `/** Made by \`node scripts/build-contract.ts\` from contracts/${name}.sol; a test compiles it again and compares. */`,
    `// Compiler: solc ${solc.version()}. SHA-256 of the source: ${hash('sha256', content)}.`,
    `export const abi = ${JSON.stringify(contract.abi, null, 2)} as const;`,
    `export const bytecode =\n  '0x${contract.evm.bytecode.object}';`,
    `export const runtimeBytecode =\n  '0x${contract.evm.deployedBytecode.object}';\n`,
  ].join('\n');
}
