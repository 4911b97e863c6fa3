import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFile } from '../durable-file.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { Draft } from '../records/index.ts';
import { assayHome, makePrivateDirectory } from './home.ts';
import { newId } from './identifier.ts';
import { createSigningKey, loadSigningKey, type SigningKey } from './keys.ts';

/** Who acts before there are accounts: a random id with a key, the same in every project of this home. Never a name. */
export interface Actor {
  readonly id: string;
  readonly key: SigningKey;
}

/** Makes the local actor, or answers with the one that is there. */
export function createActor(environment: NodeJS.ProcessEnv, now: Date): Actor {
  makePrivateDirectory(assayHome(environment));
  createFile(actorPath(environment), `${JSON.stringify({ id: newId(now) })}\n`, { mode: 0o600 });
  const id = localActorId(environment);
  return { id, key: createSigningKey(environment, `assay.local/actor-${id}`) };
}

/**
 * The id that records of this person carry in `by`.
 * @throws AssayError `ASSAY_ACTOR_MISSING` when this home has none, or its file is damaged.
 */
export function localActorId(environment: NodeJS.ProcessEnv): string {
  const path = actorPath(environment);
  let text: string | undefined;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  const id = text === undefined ? undefined : /^\{"id":"([0-9a-f]{32})"\}\s*$/.exec(text)?.[1];
  if (id !== undefined) return id;
  throw new AssayError(
    'ASSAY_ACTOR_MISSING',
    text === undefined ? `this home has no local actor (${path})` : `${path} holds no actor's id`,
    { hint: text === undefined ? 'Run `assay init` in the project.' : 'Remove the file and run `assay init` again.' },
  );
}

/**
 * The local actor with the key that its votes are signed by.
 * @throws AssayError as `localActorId` and `loadSigningKey`
 */
export function localActor(environment: NodeJS.ProcessEnv): Actor {
  const id = localActorId(environment);
  return { id, key: loadSigningKey(environment, `assay.local/actor-${id}`) };
}

/** The first revision of the roster: whose signatures count as a person's of this project. The caller seals it. */
export function rosterDraft(actor: Actor): Draft {
  const body = { actors: [{ id: actor.id, vkey: actor.key.vkey }] };
  return {
    kind: 'roster',
    id: 'roster',
    revision: 1,
    version: '1:0:0',
    event: 'created',
    body: { mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) },
  };
}

function actorPath(environment: NodeJS.ProcessEnv): string {
  return join(assayHome(environment), 'actor.json');
}
