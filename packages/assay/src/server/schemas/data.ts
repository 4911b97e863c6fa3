import { z } from '@hono/zod-openapi';
import { list, time } from './fields.ts';

/** What a person calls a revision; git's own options are none. */
export const revision = z
  .string()
  .min(1)
  .max(250)
  .regex(/^[^-\s\p{Cc}][^\p{Cc}]*$/u, { error: 'must be a branch, a tag, a commit, an experiment, or workspace' })
  .openapi({ description: 'a branch, a tag, a commit, an experiment, or `workspace`', example: 'HEAD' });
/** Tracked data, or a file in it, relative to the root of the repository. */
export const dataPath = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]+$/u, { error: 'must have no control characters' })
  .refine((path) => path.split('/').every((part, i) => part !== '.' && part !== '..' && (part !== '' || i === 0)), {
    error: 'must be a path without . and ..',
  })
  .openapi({ description: 'relative to the root of the repository', example: 'data/train' });
export const look = z
  .string()
  .max(40)
  .default('')
  .openapi({ description: 'any word: under the same one the workspace is not looked at again' });

const hash = z
  .string()
  .nullable()
  .openapi({ description: "DVC's hash, a folder's ends in .dir; null where there is none" });
const size = z.number().nullable().openapi({ description: 'bytes' });

export const commitSchema = z.object({
  commit: z.string(),
  at: time,
  author: z.string(),
  subject: z.string(),
  refs: list(z.string()).openapi({ description: 'branches and tags that name it' }),
});

export const revisionsSchema = z
  .object({
    branch: z.string().nullable().openapi({ description: 'null when HEAD is detached, or without git' }),
    head: z.string().nullable(),
    refs: list(z.object({ kind: z.enum(['branch', 'tag', 'remote']), name: z.string(), commit: z.string() })).openapi({
      description: 'branches, branches of remotes, tags; newest first',
    }),
    commits: list(commitSchema).openapi({ description: 'the newest of all branches and tags' }),
  })
  .openapi('Revisions');

export const trackedSchema = z
  .object({
    path: z.string(),
    isFolder: z.boolean().nullable().openapi({ description: 'null until it is known' }),
    size,
    files: z.number().nullable().openapi({ description: 'of a folder' }),
    hash,
    kind: z.enum(['data', 'import', 'stage']).openapi({ description: 'added, imported, or made by a stage' }),
    tracker: z.string().openapi({ description: "the .dvc file, or the stage's address" }),
    description: z.string().nullable(),
    inCache: z.boolean().openapi({ description: 'false: kept in git, or nowhere' }),
  })
  .openapi('Tracked');

export const trackedListSchema = z.object({ items: list(trackedSchema) }).openapi('TrackedList');

export const dataStatesSchema = z
  .object({
    at: time,
    checked: z.number(),
    changed: list(
      z.object({ path: z.string(), state: z.enum(['modified', 'new', 'deleted', 'not in cache']) }),
    ).openapi({ description: 'what is not as its tracking file says; all else is' }),
  })
  .openapi('DataStates');

export const remoteStatesSchema = z
  .object({
    at: time,
    different: list(
      z.object({
        path: z.string(),
        state: z.enum(['new', 'deleted', 'missing']).openapi({ description: 'only here, only there, in neither' }),
      }),
    ),
  })
  .openapi('RemoteStates');

export const dataHistorySchema = z
  .object({
    tracked: trackedSchema,
    versions: list(
      commitSchema.extend({
        change: z.enum(['added', 'modified', 'deleted']),
        hash,
        size,
        files: z.number().nullable(),
      }),
    ).openapi({ description: 'commits in which it changed, newest first' }),
    next: z.number().nullable().openapi({ description: '`offset` of the next page; null at the end' }),
  })
  .openapi('DataHistory');

export const changeKindSchema = z.enum(['added', 'deleted', 'modified', 'renamed']);
const changeCounts = z.object({ added: z.number(), deleted: z.number(), modified: z.number(), renamed: z.number() });

export const dataDiffSchema = z
  .object({
    from: z.object({ name: z.string(), commit: z.string().nullable() }),
    to: z.object({ name: z.string(), commit: z.string().nullable() }),
    counts: changeCounts.openapi({ description: 'files, in all' }),
    places: list(changeCounts.extend({ path: z.string() })).openapi({ description: 'tracked data in which they are' }),
    unknown: list(z.string()).openapi({ description: 'folders whose list of files is not in the cache on one side' }),
    total: z.number().openapi({ description: 'changes that the filter leaves' }),
    items: list(
      z.object({
        kind: changeKindSchema,
        path: z.string(),
        newPath: z.string().nullable().openapi({ description: 'of what was renamed' }),
        before: z.object({ hash: z.string(), size }).nullable(),
        after: z.object({ hash: z.string(), size }).nullable(),
      }),
    ).openapi({ description: 'a page of them' }),
  })
  .openapi('DataDiff');

export const dataTextSchema = z
  .object({
    size: z.number(),
    kind: z
      .enum(['text', 'image', 'binary', 'large'])
      .openapi({ description: '`large` and `binary` are not sent; an image is at /api/data/image' }),
    text: z.string().nullable(),
  })
  .openapi('DataText');

export type RevisionsView = z.infer<typeof revisionsSchema>;
export type CommitView = z.infer<typeof commitSchema>;
export type TrackedView = z.infer<typeof trackedSchema>;
export type TrackedList = z.infer<typeof trackedListSchema>;
export type DataStates = z.infer<typeof dataStatesSchema>;
export type RemoteStates = z.infer<typeof remoteStatesSchema>;
export type DataHistoryView = z.infer<typeof dataHistorySchema>;
export type ChangeKind = z.infer<typeof changeKindSchema>;
export type DataDiffView = z.infer<typeof dataDiffSchema>;
export type DataChange = DataDiffView['items'][number];
export type DataText = z.infer<typeof dataTextSchema>;
