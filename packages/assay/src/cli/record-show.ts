import { type Contents, readContents, referenceTo, resolveReference } from '../records/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';

export const command = defineCommand({
  arguments: ['REF'],
  details: 'REF is kind/id (its newest revision), kind/id@M:m:p, or at least six digits of the hash.',
  async run({ arguments: [reference], context, output }) {
    const records = await context.records();
    const sealed = await resolveReference(records, reference!);
    const { index, hash, record } = sealed;
    const body = await readContents(records, record.body);
    const note = record.note && (await readContents(records, record.note));
    const { bold, dim } = output.colors;
    const line = (name: string, value: string) => output.print(`${dim(name.padEnd(10))} ${value}`);
    output.print(bold(referenceTo(sealed)));
    line('hash', hash);
    line('index', String(index));
    line('revision', `${record.revision}, ${record.event}`);
    line('at', record.at);
    line('by', record.by);
    if (note?.kind === 'text') line('note', note.text);
    for (const { role, ref } of record.parents) line('from', `${ref} (${role})`);
    for (const { name, sha256, size } of record.artifacts)
      line('artifact', `${name}, ${size} bytes, sha256 ${shortHash(sha256)}`);
    line('body', `${record.body.mediaType}, ${record.body.size} bytes`);
    output.print();
    output.print(bodyText(body));
    output.result({ index, hash, record, body: bodyValue(body), ...(note && { note: bodyValue(note) }) });
    return 0;
  },
});

function bodyText(body: Contents): string {
  switch (body.kind) {
    case 'json':
      return JSON.stringify(body.value, null, 2);
    case 'text':
      return body.text;
    case 'bytes':
      return `(${body.bytes.length} bytes that are not text)`;
    case 'redacted':
      return '(redacted)';
  }
}

function bodyValue(body: Contents): unknown {
  switch (body.kind) {
    case 'json':
      return body.value;
    case 'text':
      return body.text;
    case 'bytes':
      return { base64: Buffer.from(body.bytes).toString('base64') };
    case 'redacted':
      return null;
  }
}
