import { z } from 'zod';
import { durationPattern } from './duration.ts';

/** JDF 2 as a schema. Every `error` says what was expected, and completes "expected …". */

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

const name = z
  .string()
  .regex(namePattern, { error: 'a name of letters, digits, `-` and `_`' })
  .max(100, { error: 'a name of at most 100 characters' });

const version = z
  .string()
  .regex(/^(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8})$/, {
    error: 'a version `"M:m:p"` (major, minor, patch), such as "1:0:0"',
  })
  .describe('A person\'s name for the content, "M:m:p": major, minor, patch.');

const status = z
  .enum(['active', 'inactive'], { error: '`active` or `inactive`' })
  .describe('What is inactive is kept in the file, and passed over.');

const accessRole = z
  .string()
  .min(1, { error: 'the name of a role' })
  .describe('Who may use it. Only `public` runs without a word: no other role can be enforced yet.');

const facts = {
  version: version.optional(),
  description: z.string().optional(),
  status: status.optional(),
  access_role: accessRole.optional(),
  origin: z.string().optional().describe('Where it was taken from, for people: an id in another system.'),
};

const path = z.string().min(1, { error: "a path in the pipeline's folder" });

const word = z.string();
const argv = z.array(word).min(1, { error: 'a program and its arguments' });
const commandsSchema = z
  .union([z.string().min(1), argv, z.array(argv).min(1)], {
    error: 'a command line, a list of words, or a list of such lists',
  })
  .meta({
    id: 'commands',
    description:
      'A list of words, started without a shell; or a list of such lists, run one after another; or a text, each line of which is split into words.',
  });

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of an environment variable' });

const processSchema = z.strictObject({
  path: z
    .array(z.string().min(1))
    .optional()
    .describe("Folders put before the clean PATH: a virtual environment's bin."),
  variables: z.record(identifier, z.string()).optional().describe('Environment variables to set.'),
  pass: z.array(identifier).optional().describe('Names of variables handed through from the caller.'),
  lockfiles: z.array(path).optional().describe('Files that name the versions of what is installed.'),
});

const environment = z
  .strictObject({
    name,
    type: z.literal('Environment'),
    ...facts,
    executor: z
      .enum(['process', 'container', 'machine'], { error: '`process`, `container` or `machine`' })
      .describe('`process`: a process on this machine. The others are kept, and must be supplied to run.'),
    ...processSchema.shape,
    image: z.string().min(1).optional().describe('The image of a container.'),
    machine: z
      .strictObject({
        provider: z.string().optional(),
        size: z.string().optional(),
        os: z.string().optional(),
        user: z.string().optional(),
      })
      .optional()
      .describe('The machine it asks for.'),
  })
  .meta({ id: 'environment' });

const data = z
  .strictObject({
    name,
    type: z.literal('Data'),
    ...facts,
    path: path.describe('A file or folder in the folder of the pipeline.'),
  })
  .meta({ id: 'data' });

const model = z
  .strictObject({
    name,
    type: z.literal('Model'),
    ...facts,
    path: path.optional().describe("The model's file or folder: can be tied to an input port."),
    registry: z.string().min(1).optional().describe('A registered model, `model/NAME@M:m:p`. Not resolved yet.'),
    source: z.string().min(1).optional().describe('Where its code is kept, if not here.'),
    run: commandsSchema.optional().describe('What a block that uses it runs, if the block itself does not say.'),
    code: z.array(path).optional().describe('Files and folders that are its code.'),
  })
  .meta({ id: 'model' });

const entity = z.discriminatedUnion('type', [environment, data, model], {
  error: 'an entity with `type: Environment`, `type: Data` or `type: Model`',
});

const input = z.union(
  [
    z.null(),
    path,
    z.strictObject({ path: path.optional(), entity: name.optional(), description: z.string().optional() }),
  ],
  { error: 'nothing (a connection feeds it), a path, or `{entity: NAME}`' },
);

const output = z.union(
  [
    path,
    z.strictObject({
      path,
      role: z
        .enum(['artifact', 'metrics', 'plot', 'model', 'report'], {
          error: '`artifact`, `metrics`, `plot`, `model` or `report`',
        })
        .optional()
        .describe('What it is: `metrics` can be used in conditions.'),
      description: z.string().optional(),
    }),
  ],
  { error: 'a path, or `{path: PATH, role: ROLE}`' },
);

const comparison = {
  is: z.enum(['equal', 'not-equal', 'above', 'at-least', 'below', 'at-most', 'one-of'], {
    error: '`equal`, `not-equal`, `above`, `at-least`, `below`, `at-most` or `one-of`',
  }),
  value: z.json(),
};

export type ConditionText =
  | { all: ConditionText[] }
  | { any: ConditionText[] }
  | { not: ConditionText }
  | { parameter: string; is: z.infer<typeof comparison.is>; value: z.infer<typeof comparison.value> }
  | { metric: string; path: string; is: z.infer<typeof comparison.is>; value: z.infer<typeof comparison.value> };

const condition: z.ZodType<ConditionText> = z
  .lazy(() =>
    z.union(
      [
        z.strictObject({ all: z.array(condition).min(1, { error: 'at least one condition' }) }),
        z.strictObject({ any: z.array(condition).min(1, { error: 'at least one condition' }) }),
        z.strictObject({ not: condition }),
        z.strictObject({ parameter: z.string().min(1), ...comparison }),
        z.strictObject({ metric: z.string().min(1), path: z.string().min(1), ...comparison }),
      ],
      {
        error: 'a condition: `all`, `any`, `not`, or a `parameter` or `metric` with `is` and `value`',
      },
    ),
  )
  .meta({ id: 'condition', description: 'When the block runs.' });

const hooks = z.strictObject({
  pre: commandsSchema.optional().describe('Before the command; when it fails, the block has failed.'),
  post: commandsSchema.optional().describe('After the command succeeded.'),
  callback: commandsSchema.optional().describe('At the end, however the block ended.'),
});

const block = z
  .strictObject({
    name,
    ...facts,
    entities: z.array(name).optional().describe('The Environment it runs in, the Models it uses.'),
    inputs: z.record(name, input).optional().describe('Input ports.'),
    outputs: z.record(name, output).optional().describe('Output ports, each with the path that the block writes.'),
    run: commandsSchema.optional(),
    code: z.array(path).optional().describe('Files and folders that are its code.'),
    parameters: z
      .array(z.string().min(1))
      .optional()
      .describe('Parameters it reads besides those in its command, dotted; handed over in ASSAY_PARAMETERS.'),
    after: z.array(name).optional().describe('Blocks it waits for though no connection says so.'),
    logic: condition.optional(),
    hooks: hooks.optional(),
    duration: z
      .string()
      .regex(durationPattern, { error: 'a duration such as "90s", "5m", "1h30m"' })
      .optional()
      .describe('The block is ended, and has failed, after this long.'),
  })
  .meta({ id: 'block' });

const stage = z
  .strictObject({
    name: z.string().min(1).max(100),
    description: facts.description,
    status: facts.status,
    access_role: facts.access_role,
    blocks: z.array(block).min(1, { error: 'at least one block' }),
  })
  .meta({ id: 'stage' });

const connection = z.strictObject({
  from: z.string().describe('`BLOCK.OUTPUT`'),
  to: z.string().describe('`BLOCK.INPUT`'),
});

export const pipelineSchema = z
  .strictObject({
    $schema: z.string().optional(),
    jdf: z.literal(2, { error: '`jdf: 2`' }).describe('The edition of the format.'),
    name,
    version,
    description: facts.description,
    status: facts.status,
    access_role: facts.access_role,
    origin: facts.origin,
    parameters: z.record(z.string(), z.json()).optional().describe('Values that a run can change, nested as you like.'),
    entities: z.array(entity).optional(),
    stages: z.array(stage).min(1, { error: 'at least one stage' }),
    connections: z.array(connection).optional(),
  })
  .meta({ title: 'JDF 2', description: 'A Job Definition File: a pipeline of stages, blocks and entities.' });

/** The fields of each part, for "did you mean". */
export const fieldNames = {
  pipeline: Object.keys(pipelineSchema.shape),
  stages: Object.keys(stage.shape),
  blocks: Object.keys(block.shape),
  entities: [...new Set([environment, data, model].flatMap((one) => Object.keys(one.shape)))],
  hooks: Object.keys(hooks.shape),
  connections: Object.keys(connection.shape),
  inputs: ['path', 'entity', 'description'],
  outputs: ['path', 'role', 'description'],
  logic: ['all', 'any', 'not', 'parameter', 'metric', 'path', 'is', 'value'],
} as const;

export type PipelineDocument = z.infer<typeof pipelineSchema>;
export type BlockDocument = z.infer<typeof block>;
export type EntityDocument = z.infer<typeof entity>;
export type EnvironmentDocument = z.infer<typeof environment>;
export type ModelDocument = z.infer<typeof model>;
export type Commands = z.infer<typeof commandsSchema>;
export type ProcessSettings = z.infer<typeof processSchema>;
