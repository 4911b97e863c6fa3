import { z } from '@hono/zod-openapi';
import { list } from './fields.ts';

export const ledgerSchema = z
  .object({
    origin: z.string(),
    vkey: z.string().openapi({ description: "the verifier's key of its checkpoints, as C2SP signed notes write it" }),
    size: z.number(),
    checkpoint: z
      .string()
      .nullable()
      .openapi({ description: 'the newest signed note; null while the ledger is empty' }),
    keys: list(
      z.object({
        index: z.number(),
        salt: z.string().openapi({ description: 'base64' }),
        note: z.string(),
      }),
    ).openapi({
      description: 'what the ledger sealed about its keys: signed notes, with the record that each is the body of',
    }),
  })
  .openapi('Ledger');

export const entriesSchema = z
  .object({
    start: z.number(),
    entries: list(z.string()).openapi({ description: 'base64 of each entry, as sealed, from `start` on' }),
    size: z.number().openapi({ description: "the ledger's size when they were read" }),
  })
  .openapi('LedgerEntries');

export type Ledger = z.infer<typeof ledgerSchema>;
export type LedgerEntries = z.infer<typeof entriesSchema>;
