import { type Block, type Draft, tell } from './draft.ts';
import { checkActive, unknownEntity } from './environments.ts';
import type { Input, Output } from './graph.ts';
import { cleanPath } from './paths.ts';
import { suggestion } from './problems.ts';
import type { Path } from './source.ts';

export interface Ports {
  readonly inputs: ReadonlyMap<string, Input>;
  readonly outputs: ReadonlyMap<string, Output>;
}

/** The ports of every block, inputs tied to the outputs that feed them. */
export function wire(draft: Draft): ReadonlyMap<string, Ports> {
  const outputs = new Map([...draft.blocks].map(([id, block]) => [id, outputsOf(draft, block)]));
  const feeds = readConnections(draft, outputs);
  return new Map(
    [...draft.blocks].map(([id, block]) => [
      id,
      { outputs: outputs.get(id) ?? new Map(), inputs: inputsOf(draft, block, outputs, feeds) },
    ]),
  );
}

function outputsOf(draft: Draft, block: Block): ReadonlyMap<string, Output> {
  const ports = new Map<string, Output>();
  for (const [port, given] of Object.entries(block.document.outputs ?? {})) {
    const path = [...block.path, 'outputs', port];
    const text = typeof given === 'string' ? given : given.path;
    const clean = cleanPath(text);
    if ('code' in clean) tell(draft, clean, path);
    else ports.set(port, { port, path: clean.path, role: (typeof given === 'object' && given.role) || 'artifact' });
  }
  return ports;
}

interface Feed {
  readonly stage: string;
  readonly port: string;
  readonly path: Path;
}

function readConnections(
  draft: Draft,
  outputs: ReadonlyMap<string, ReadonlyMap<string, Output>>,
): ReadonlyMap<string, Feed> {
  const feeds = new Map<string, Feed>();
  for (const [i, { from, to }] of (draft.document.connections ?? []).entries()) {
    const path = ['connections', i];
    const source = resolvePort(draft, from, 'outputs', [...path, 'from']);
    const target = resolvePort(draft, to, 'inputs', [...path, 'to']);
    if (!target) continue;
    const fed = feeds.get(to);
    if (fed)
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_PORT_FED_TWICE',
          message: `the input port \`${to}\` is fed twice: by \`${fed.stage}.${fed.port}\` (line ${draft.source.locate(fed.path).line}) and by \`${from}\``,
          hint: 'Keep one, or give the block a second input port.',
        },
        [...path, 'to'],
      );
    else if (source) feeds.set(to, { stage: source.block, port: source.port, path });
    // A connection whose source is wrong still feeds its port: one mistake is told once.
    else feeds.set(to, { stage: '', port: '', path });
  }
  for (const [to, feed] of feeds)
    if (feed.stage !== '' && !outputs.get(feed.stage)?.has(feed.port)) feeds.set(to, { ...feed, stage: '' });
  return feeds;
}

function resolvePort(
  draft: Draft,
  text: string,
  side: 'inputs' | 'outputs',
  path: Path,
): { block: string; port: string } | undefined {
  const [id = '', port = '', ...rest] = text.split('.');
  if (port === '' || rest.length > 0) {
    const message = `\`${text}\` is no port; expected BLOCK.PORT`;
    tell(draft, { code: 'ASSAY_PIPELINE_UNKNOWN_PORT', message }, path);
    return undefined;
  }
  const block = draft.blocks.get(id);
  if (!block) {
    const hint = suggestion(id, [...draft.blocks.keys()], 'block');
    tell(draft, { code: 'ASSAY_PIPELINE_UNKNOWN_BLOCK', message: `there is no block \`${id}\``, hint }, path);
    return undefined;
  }
  const ports = Object.keys(block.document[side] ?? {});
  if (ports.includes(port)) return { block: id, port };
  const other = side === 'inputs' ? 'outputs' : 'inputs';
  const isOther = Object.hasOwn(block.document[other] ?? {}, port);
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_UNKNOWN_PORT',
      message: `the block \`${id}\` has no ${side === 'inputs' ? 'input' : 'output'} port \`${port}\``,
      hint: isOther
        ? `\`${port}\` is one of its ${other}; a connection goes from an output to an input.`
        : suggestion(port, ports, `${side === 'inputs' ? 'input' : 'output'} port of \`${id}\``),
    },
    path,
  );
  return undefined;
}

function inputsOf(
  draft: Draft,
  block: Block,
  outputs: ReadonlyMap<string, ReadonlyMap<string, Output>>,
  feeds: ReadonlyMap<string, Feed>,
): ReadonlyMap<string, Input> {
  const ports = new Map<string, Input>();
  for (const [port, given] of Object.entries(block.document.inputs ?? {})) {
    const path = [...block.path, 'inputs', port];
    const name = `${block.id}.${port}`;
    const feed = feeds.get(name);
    const outside = outsidePath(draft, block, given, path);
    if (outside === 'wrong') continue;
    if (outside !== undefined && feed)
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_PORT_FED_TWICE',
          message: `the input port \`${name}\` is fed twice: by the path \`${outside}\` and by a connection (line ${draft.source.locate(feed.path).line})`,
          hint: 'Leave the path out, or the connection.',
        },
        path,
      );
    else if (outside !== undefined) ports.set(port, { port, path: outside, from: undefined });
    else if (feed) {
      const output = outputs.get(feed.stage)?.get(feed.port);
      if (output) ports.set(port, { port, path: output.path, from: { stage: feed.stage, port: feed.port } });
    } else
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_PORT_UNFED',
          message: `nothing feeds the input port \`${name}\``,
          hint: `Add a connection { from: BLOCK.OUTPUT, to: ${name} }, or give the port a path.`,
        },
        path,
        'key',
      );
  }
  return ports;
}

type GivenInput = NonNullable<Block['document']['inputs']>[string];

function outsidePath(draft: Draft, block: Block, given: GivenInput, path: Path): string | 'wrong' | undefined {
  const wrong = (complaint: Parameters<typeof tell>[1], at: Path = path): 'wrong' => {
    tell(draft, complaint, at);
    return 'wrong';
  };
  if (given === null) return undefined;
  const { path: text, entity: name } = typeof given === 'string' ? { path: given, entity: undefined } : given;
  if (text !== undefined && name !== undefined)
    return wrong({
      code: 'ASSAY_PIPELINE_PORT_FED_TWICE',
      message: 'this port has a path and an entity',
      hint: 'Keep one of them.',
    });
  if (name === undefined) {
    if (text === undefined) return undefined;
    const clean = cleanPath(text);
    return 'code' in clean ? wrong(clean) : clean.path;
  }
  const entity = draft.entities.get(name);
  const at = [...path, 'entity'];
  if (!entity) return wrong(unknownEntity(draft, name), at);
  checkActive(draft, block, entity, at);
  const { document } = entity;
  if (document.type === 'Environment')
    return wrong(
      {
        code: 'ASSAY_PIPELINE_ENTITY_USE',
        message: `\`${name}\` is an environment, not data`,
        hint: "Name it in the block's `entities`.",
      },
      at,
    );
  if (document.path === undefined)
    return wrong(
      { code: 'ASSAY_PIPELINE_ENTITY_USE', message: `the model \`${name}\` has no \`path\``, hint: 'Give it one.' },
      at,
    );
  const clean = cleanPath(document.path);
  return 'code' in clean ? 'wrong' : clean.path;
}
