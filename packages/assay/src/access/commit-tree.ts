import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { GitObjects, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { PlainEntry, PlainTree } from './plain-tree.ts';

interface Node extends PlainEntry {
  /** Of the blob or the tree. */
  readonly id: string;
}

/**
 * The files of a commit. A symbolic link is, as DVC has it, a file that holds what the link names.
 * @param top a checkout, or the folder of a bare repository
 * @param commit a full id
 * @throws AssayError `ASSAY_PATH_ESCAPES` when the commit has a name that would lead elsewhere
 */
export async function commitTree(top: string, commit: string, prefix = ''): Promise<PlainTree> {
  const folders = await readFolders(top, commit, prefix);
  const rootId = (await runGit(top, ['rev-parse', `${commit}:${prefix}`]))?.toString('utf8').trim() ?? '';
  const objects = new GitObjects(top);
  const find = (path: string): Node | undefined => {
    if (path === '')
      return folders.has('')
        ? { name: '', kind: 'folder', size: undefined, isExecutable: false, id: rootId }
        : undefined;
    const slash = path.lastIndexOf('/');
    return folders.get(slash < 0 ? '' : path.slice(0, slash))?.get(path.slice(slash + 1));
  };
  const read = async (path: string) => {
    const node = find(path);
    return node?.kind === 'file' ? objects.blob(node.id) : undefined;
  };
  const present = async (path: string) => {
    const bytes = await read(path);
    if (bytes) return bytes;
    throw new AssayError('ASSAY_PATH_MISSING', `${path} is not in ${commit}`);
  };
  return {
    async entry(path) {
      return find(path);
    },
    async list(path) {
      const nodes = folders.get(path);
      return nodes && [...nodes.values()];
    },
    async folderSize(path) {
      const id = find(path)?.id;
      return (id === undefined ? undefined : await objects.blob(id))?.length ?? 0;
    },
    read,
    async copy(path, to) {
      writeFileSync(to, await present(path), { flag: 'wx' });
    },
    async take(path, batch) {
      const bytes = await present(path);
      const md5 = hash('md5', bytes, 'hex');
      batch.putBytes(md5, bytes);
      return md5;
    },
    close: () => objects.close(),
  };
}

async function readFolders(top: string, commit: string, prefix: string): Promise<Map<string, Map<string, Node>>> {
  const under = prefix === '' ? '' : `${prefix}/`;
  const listed = await runGit(top, [
    'ls-tree',
    '-r',
    '-t',
    '-l',
    '-z',
    '--full-tree',
    commit,
    ...(prefix === '' ? [] : ['--', under]),
  ]);
  const folders = new Map<string, Map<string, Node>>([['', new Map()]]);
  for (const line of listed?.toString('utf8').split('\0') ?? []) {
    const tab = line.indexOf('\t');
    if (tab < 0 || !line.startsWith(under, tab + 1)) continue;
    const path = line.slice(tab + 1 + under.length);
    const [mode, type, id = '', size = ''] = line.slice(0, tab).split(/ +/);
    if (path === '' || type === 'commit') continue;
    checkParts(path);
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const kind = type === 'tree' ? 'folder' : 'file';
    folders.get(slash < 0 ? '' : path.slice(0, slash))?.set(name, {
      name,
      kind,
      id,
      size: kind === 'file' ? Number(size) : undefined,
      isExecutable: mode === '100755',
    });
    if (kind === 'folder') folders.set(path, new Map());
  }
  return folders;
}

/** git keeps no such names, but whoever makes a tree by hand may. */
function checkParts(path: string): void {
  const bad = path.split('/').some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  if (!bad) return;
  throw new AssayError('ASSAY_PATH_ESCAPES', `the commit has the path ${JSON.stringify(path)}, which is refused`, {
    hint: 'git itself makes no such path; find out where the repository comes from.',
  });
}
