import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The YAML library, loaded when it is first needed: most commands read files so plain that they never do. */
export const yaml = (): typeof import('yaml') => require('yaml');
