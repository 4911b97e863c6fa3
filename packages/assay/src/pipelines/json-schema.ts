import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { pipelineSchema } from './schema.ts';

/** The published JSON Schema (2020-12) of JDF 2, as text. */
export function jsonSchemaText(): string {
  const { $schema, title, description, ...rest } = z.toJSONSchema(pipelineSchema, { io: 'input' });
  return `${JSON.stringify({ $schema, $id: 'urn:assay:jdf:2', title, description, ...rest }, null, 2)}\n`;
}

export const jsonSchemaFile: URL = new URL('./jdf-2.schema.json', import.meta.url);

if (import.meta.main) writeFileSync(jsonSchemaFile, jsonSchemaText());
