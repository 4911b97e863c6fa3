import { type Entry, sharedWithDvc } from './entry.ts';

/** Data of other repositories and addresses. DVC has these commands too, with these names and flags; in the order of the help page. */
export const accessCommands: Readonly<Record<string, Entry>> = sharedWithDvc({});
