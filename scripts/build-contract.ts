import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileContract } from './compile-contract.ts';

writeFileSync(join(import.meta.dirname, '../packages/assay/src/anchors/contract.generated.ts'), compileContract());
