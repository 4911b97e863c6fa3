/** An OpenAPI 3.1 document, as far as the reference page uses it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const head = `<!-- Written by scripts/build-api-reference.ts from the routes themselves; do not edit. -->
# The studio's HTTP API

\`assay studio\` serves it under \`/api\` beside the web app, which uses nothing else. \`GET /api/openapi.json\` gives the same as OpenAPI 3.1.

- Answers are JSON unless said otherwise. What is not known is \`null\`; nothing is left out. Times are RFC 3339 in UTC, sizes are bytes, digests are lower-case hex.
- A request that cannot be answered gets \`{"error": {"code", "message", "hint", "path"?}}\`; the codes are in [errors.md](errors.md), and \`path\` says which part of the request is wrong.
- Lists come in pages: \`next\` of one page is \`before\` of the next.
- It listens on this machine alone unless \`--host\` names another address. There are no accounts yet. Requests with a foreign \`Host\` (421) or from pages of other sites (403) are refused; a body must be \`application/json\` (415) of at most 256 KiB (413).
`;

/** The reference page of the API. */
export function renderApiReference({ paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => renderOperation(`${method.toUpperCase()} ${path}`, operation)),
  );
  const schemas = Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => renderSchema(name, schema, components.schemas));
  return `${head}\n## Routes\n\n${operations.join('\n')}\n## Shapes\n\n${schemas.join('\n')}`;
}

function renderOperation(title: string, operation: Operation): string {
  const lines = [`### \`${title}\`\n`, `${operation.summary}.`];
  if (operation.description) lines.push('', operation.description);
  const { parameters = [] } = operation;
  if (parameters.length > 0) {
    lines.push('', '| parameter | in | type | |', '|---|---|---|---|');
    for (const { name, in: place, required, schema, description } of parameters) {
      const fallback = schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`;
      const notes = [description ?? schema.description, required ? 'required' : fallback].filter((note) => note);
      lines.push(`| \`${name}\` | ${place} | ${cell(typeOf(schema))} | ${cell(notes.join('; '))} |`);
    }
  }
  if (operation.requestBody) lines.push('', `Body: ${contentOf(operation.requestBody.content)}`);
  lines.push('', '| status | answer | |', '|---|---|---|');
  for (const [status, { description, content }] of Object.entries(operation.responses)) {
    lines.push(`| ${status} | ${cell(content ? contentOf(content) : '')} | ${cell(description)} |`);
  }
  return `${lines.join('\n')}\n`;
}

function renderSchema(name: string, schema: Schema, all: Schemas): string {
  const lines = [`### ${name}\n`];
  if (schema.description) lines.push(`${sentence(schema.description)}`, '');
  const variants = schema.oneOf ?? schema.anyOf ?? [schema];
  const tables = variants.map((variant) => {
    const members = membersOf(variant, '', all);
    return members.length === 0 ? typeOf(variant) : ['| member | type | |', '|---|---|---|', ...members].join('\n');
  });
  return `${[...lines, tables.join('\n\nor\n\n')].join('\n')}\n`;
}

type Schemas = Readonly<Record<string, Schema>>;

/** The members of an object, whatever it is composed of. */
function flatten(
  schema: Schema,
  all: Schemas,
): ReadonlyMap<string, { readonly schema: Schema; readonly optional: boolean }> {
  const members = new Map<string, { schema: Schema; optional: boolean }>();
  const parts = schema.$ref ? [all[nameOf(schema.$ref)] ?? {}] : (schema.allOf ?? []);
  for (const part of parts) {
    for (const [name, member] of flatten(part, all)) {
      members.set(name, { ...member, optional: member.optional && members.get(name)?.optional !== false });
    }
  }
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const isAny = typeOf(member) === anything;
    members.set(name, { schema: member, optional: !isAny && !schema.required?.includes(name) });
  }
  return members;
}

/** Rows for members, and for those of inner objects that have no name of their own, dotted. */
function membersOf(schema: Schema, prefix: string, all: Schemas): readonly string[] {
  return [...flatten(schema, all)].flatMap(([name, { schema: member, optional }]) => {
    const path = `${prefix}${name}${optional ? '?' : ''}`;
    const isMany = member.type === 'array';
    const inner = withoutNull(isMany ? (member.items ?? {}) : member);
    const isNamed = inner.$ref !== undefined || inner.allOf?.every((part) => part.$ref || !part.properties);
    const rows = isNamed ? [] : membersOf(inner, `${path}${isMany ? '[]' : ''}.`, all);
    return [`| \`${path}\` | ${cell(typeOf(member))} | ${cell(descriptionOf(member))} |`, ...rows];
  });
}

function withoutNull(schema: Schema): Schema {
  const rest = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  return rest?.length === 1 ? rest[0]! : schema;
}

function descriptionOf(schema: Schema): string {
  return schema.description ?? schema.allOf?.find(({ description }) => description)?.description ?? '';
}

function nameOf(ref: string): string {
  return ref.split('/').at(-1)!;
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

const anything = 'any JSON';

function typeOf(schema: Schema): string {
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) {
    return schema.enum.map((value) => (value === null ? 'null' : `\`${JSON.stringify(value)}\``)).join(' or ');
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
  if (schema.allOf) {
    const named = schema.allOf.map(typeOf).find((type) => !type.startsWith('object')) ?? 'object';
    return schema.allOf.some(({ type }) => type?.includes('null')) ? `${named} or null` : named;
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [anything]);
  return types
    .map((type) => (type === 'array' ? `list of ${typeOf(schema.items ?? {})}` : describe(type, schema)))
    .join(' or ');
}

function describe(type: string, schema: Schema): string {
  if (type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map of ${typeOf(schema.additionalProperties)}`;
  }
  if (type !== 'integer' || schema.maximum === undefined || schema.maximum > 1e9) return type;
  return `${type} ${schema.minimum ?? ''}–${schema.maximum}`;
}

function contentOf(content: Content): string {
  return Object.entries(content)
    .map(([mediaType, { schema }]) => (mediaType === 'application/json' ? typeOf(schema) : `\`${mediaType}\``))
    .join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
