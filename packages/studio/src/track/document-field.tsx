import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import styles from './document-field.module.css';
import { type DraftDocument, type Format, readDocumentFile } from './draft.ts';
import { DropArea } from './drop-area.tsx';

interface DocumentFieldProps {
  readonly name: 'metadata' | 'data';
  readonly formats: readonly Format[];
  readonly examples: Readonly<Partial<Record<Format, string>>>;
  readonly value: DraftDocument;
  readonly onChange: (value: DraftDocument) => void;
  /** What the server says is wrong with it, with the place. */
  readonly problem: string | undefined;
}

const labels = { metadata: 'Metadata', data: 'Data' } as const;
const names: Readonly<Record<Format, string>> = { json: 'JSON', ion: 'Amazon Ion', yaml: 'YAML', jdf: 'JDF' };

/** A document that is pasted, typed or dropped, in a format that is chosen or told by the file's ending. */
export function DocumentField({ name, formats, examples, value, onChange, problem }: DocumentFieldProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const chosen = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string>();
  const label = labels[name];
  const take = async (file: File | undefined) => {
    if (!file) return;
    const read = await readDocumentFile(file, formats);
    setRefused(read ? undefined : `${file.name} does not end in ${formats.map((one) => `.${one}`).join(', ')}`);
    if (read) onChange(read);
  };
  // The line that the server names is selected, so that it can be mended at once.
  useEffect(() => {
    const [, line] = /^(?:metadata|data):(\d+):\d+/.exec(problem ?? '') ?? [];
    const field = area.current;
    if (line === undefined || !field || document.activeElement === field) return;
    const lines = field.value.split('\n');
    const start = lines.slice(0, Number(line) - 1).join('\n').length + (line === '1' ? 0 : 1);
    field.setSelectionRange(start, start + (lines[Number(line) - 1]?.length ?? 0));
  }, [problem]);
  return (
    <DropArea legend={label} onDrop={(files) => void take(files[0])}>
      <div className={styles.bar}>
        <SegmentedControl
          size="xs"
          aria-label={`Format of the ${name}`}
          value={value.format}
          data={formats.map((format) => ({ value: format, label: names[format] }))}
          onChange={(format) => onChange({ format: format as Format, text: value.text })}
        />
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange({ format: value.format, text: examples[value.format] ?? '' })}
        >
          An example of {name}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => chosen.current?.click()}>
          Open a file of {name}
        </Button>
        <input
          ref={chosen}
          type="file"
          hidden
          aria-label={`File of ${name}`}
          onChange={({ currentTarget }) => {
            void take(currentTarget.files?.[0]);
            currentTarget.value = '';
          }}
        />
      </div>
      {value.base64 === undefined ? (
        <Textarea
          ref={area}
          aria-label={label}
          description={`paste, type or drop ${formats.map((format) => names[format]).join(', ')}`}
          autosize
          minRows={6}
          maxRows={18}
          spellCheck={false}
          classNames={{ input: styles.text ?? '' }}
          value={value.text}
          error={problem ?? refused}
          onChange={({ currentTarget }) => onChange({ format: value.format, text: currentTarget.value })}
        />
      ) : (
        <p className={styles.binary}>
          {Math.floor((value.base64.length * 3) / 4)} bytes of binary {names[value.format]}.{' '}
          <Button size="compact-sm" variant="default" onClick={() => onChange({ format: value.format, text: '' })}>
            Take it away
          </Button>
        </p>
      )}
    </DropArea>
  );
}
