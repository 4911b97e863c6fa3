import { commandSet } from './command-set.ts';
import { largeFile } from './large-file.ts';
import { manyDataFiles } from './many-data-files.ts';
import { millionFiles } from './million-files.ts';
import { pipeline } from './pipeline.ts';
import type { Row } from './row.ts';
import { s3 } from './s3.ts';
import { smallFiles } from './small-files.ts';
import { startUp } from './start-up.ts';

export const rows: Readonly<Record<string, Row>> = {
  'start-up': startUp,
  'small-files': smallFiles('disk'),
  'small-files-tmpfs': smallFiles('memory'),
  'large-file': largeFile,
  pipeline,
  'many-data-files': manyDataFiles,
  'command-set': commandSet,
  s3,
  'million-files': millionFiles,
};
