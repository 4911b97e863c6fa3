import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Block, type Draft, type Entity, tell } from './draft.ts';
import type { Environment } from './graph.ts';
import { suggestion } from './problems.ts';
import type { EnvironmentDocument, ModelDocument, ProcessSettings } from './schema.ts';

export interface Used {
  readonly environment: (Entity & { readonly document: EnvironmentDocument }) | undefined;
  readonly models: readonly (Entity & { readonly document: ModelDocument })[];
}

/** The entities a block names: at most one Environment, and Models. */
export function entitiesOf(draft: Draft, block: Block): Used {
  let environment: Used['environment'];
  const models: (Entity & { readonly document: ModelDocument })[] = [];
  for (const [i, name] of (block.document.entities ?? []).entries()) {
    const path = [...block.path, 'entities', i];
    const entity = draft.entities.get(name);
    if (!entity) {
      tell(draft, unknownEntity(draft, name), path);
      continue;
    }
    checkActive(draft, block, entity, path);
    const { document } = entity;
    if (document.type === 'Model') models.push({ ...entity, document });
    else if (document.type === 'Data')
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_ENTITY_USE',
          message: `\`${name}\` is data; a block takes data by an input port`,
          hint: `Take it out of \`entities\`, and write inputs: { ${name}: { entity: ${name} } }.`,
        },
        path,
      );
    else if (environment)
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_ENTITY_USE',
          message: `the block \`${block.id}\` names two environments, \`${environment.document.name}\` and \`${name}\``,
          hint: 'A block runs in one environment: split the block, or leave one out.',
        },
        path,
      );
    else environment = { ...entity, document };
  }
  return { environment, models };
}

export function unknownEntity(draft: Draft, name: string) {
  return {
    code: 'ASSAY_PIPELINE_UNKNOWN_ENTITY',
    message: `there is no entity \`${name}\``,
    hint: suggestion(name, [...draft.entities.keys()], 'entity'),
  };
}

export function checkActive(draft: Draft, block: Block, entity: Entity, path: readonly (string | number)[]): void {
  if (!block.active || entity.document.status !== 'inactive') return;
  const { name } = entity.document;
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_NEEDS_INACTIVE',
      message: `the active block \`${block.id}\` uses the inactive entity \`${name}\``,
      hint: `Make \`${name}\` active, or \`${block.id}\` inactive.`,
    },
    path,
  );
}

/** Where the block runs; unavailable, with every reason, when something it asks for is not here. */
export function environmentOf(draft: Draft, block: Block, used: Used, hasCommand: boolean): Environment {
  const entity = used.environment?.document;
  const supplied = entity ? draft.options.environments?.[entity.name] : undefined;
  const settings: ProcessSettings = supplied === undefined || supplied === 'process' ? (entity ?? {}) : supplied;
  const reasons = [
    entity && supplied === undefined ? missingEnvironment(entity) : undefined,
    ...(settings.path ?? []).map((folder) => missingToolchain(draft, entity?.name ?? 'default', folder)),
    hasCommand ? undefined : missingCode(block, used),
    ...used.models.map(({ document }) => missingModel(document)),
    unenforcedRoles(draft, block, used),
  ].filter((reason) => reason !== undefined);
  return {
    name: entity?.name ?? 'default',
    kind: reasons.length === 0 ? 'process' : 'unavailable',
    reason: reasons.length > 1 ? reasons.map((reason) => `\n    - ${reason}`).join('') : reasons[0],
    path: settings.path ?? [],
    variables: settings.variables ?? {},
    pass: settings.pass ?? [],
    lockfiles: settings.lockfiles ?? [],
  };
}

function missingEnvironment(entity: EnvironmentDocument): string | undefined {
  if (entity.executor === 'process') return undefined;
  const { provider, size, os } = entity.machine ?? {};
  const machine = [provider, size, os].filter((word) => word !== undefined && word !== '').join(' ');
  const what = [
    entity.image === undefined ? undefined : `the container image \`${entity.image}\``,
    entity.machine === undefined ? undefined : `a machine (${machine})`,
  ].filter((word) => word !== undefined);
  return (
    `The environment \`${entity.name}\` asks for ${what.join(' on ') || `a ${entity.executor}`}, and only processes of this machine can be started here. ` +
    `Supply it: \`--environment ${entity.name}=process\`, or \`=FOLDER\` with the bin folder of a toolchain.`
  );
}

/** Without its folder, a stage would quietly run the system's own Python. */
function missingToolchain(draft: Draft, name: string, folder: string): string | undefined {
  if (folder.startsWith('~') || folder.includes(':'))
    return `The environment \`${name}\` names the folder \`${folder}\`; neither \`~\` nor \`:\` means anything there: write each folder out.`;
  if (draft.options.files === 'unchecked') return undefined;
  if (statSync(resolve(draft.directory, folder), { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const venv = /^(.*)\/bin\/?$/.exec(folder)?.[1];
  const how = venv === undefined ? 'make it' : `make it (a Python environment by \`python3 -m venv ${venv}\`)`;
  return `The environment \`${name}\` names the folder \`${folder}\`, which is not there: ${how}, or correct \`path\`.`;
}

function missingCode(block: Block, used: Used): string {
  const model = used.models.find(({ document }) => document.source !== undefined)?.document;
  return (
    `The block \`${block.id}\` has no command${model ? `: its code is \`${model.source}\`, which is not here` : ''}. ` +
    (model
      ? `Supply it: put the code beside the pipeline, and say \`--model ${model.name}="COMMAND"\`, or give that model \`run\` in the file.`
      : 'Give the block `run`.')
  );
}

function missingModel(model: ModelDocument): string | undefined {
  if (model.registry === undefined) return undefined;
  return `The model \`${model.name}\` is taken from the registry (\`${model.registry}\`), which a pipeline cannot do yet. Give it a \`path\`.`;
}

function unenforcedRoles(draft: Draft, block: Block, used: Used): string | undefined {
  const accepted = new Set(['public', ...(draft.options.acceptRoles ?? [])]);
  const asked = [
    ...block.roles,
    ...[used.environment, ...used.models].map((entity) => entity?.document.access_role),
  ].filter((role) => role !== undefined && !accepted.has(role));
  if (asked.length === 0) return undefined;
  const roles = [...new Set(asked)].map((role) => `\`${role}\``).join(', ');
  return `It asks for the access role ${roles}, which cannot be enforced yet: write \`access_role: public\`, or answer for it yourself by \`--accept-role ${[...new Set(asked)].join(' --accept-role ')}\`.`;
}
