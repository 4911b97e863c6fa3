import type { Sealed } from './record.ts';
import type { RecordStore } from './store.ts';

/** Sealed bytes as a person would read them. */
export type Contents =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'redacted' };

/** @throws AssayError `ASSAY_BODY_DAMAGED`, `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED` */
export async function readContents(records: RecordStore, sealed: Sealed): Promise<Contents> {
  const opened = await records.body(sealed);
  if (opened === undefined) return { kind: 'redacted' };
  const { bytes } = opened;
  const type = sealed.mediaType.split(';')[0]?.trim() ?? '';
  if (!/^text\/|[/+]json$|[/+]yaml$/.test(type)) return { kind: 'bytes', bytes };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!/[/+]json$/.test(type)) return { kind: 'text', text };
    const value: unknown = JSON.parse(text);
    return { kind: 'json', value };
  } catch {
    return { kind: 'bytes', bytes };
  }
}
