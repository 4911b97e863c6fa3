import { ActionIcon, Button, Progress } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { uploadFile } from '../api/index.ts';
import { Digest } from '../ui/digest.tsx';
import { bytes, percent } from '../ui/format.ts';
import type { DraftFile } from './draft.ts';
import { DropArea } from './drop-area.tsx';
import styles from './files-field.module.css';

interface FilesFieldProps {
  readonly files: readonly DraftFile[];
  readonly onChange: (change: (files: readonly DraftFile[]) => readonly DraftFile[]) => void;
}

/** Files that are sent while the rest is filled in; any size, each with how far it is. */
export function FilesField({ files, onChange }: FilesFieldProps) {
  const chosen = useRef<HTMLInputElement>(null);
  const stops = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const running = stops.current;
    return () => {
      for (const stop of running.values()) stop.abort();
    };
  }, []);
  const change = (key: string, part: Partial<DraftFile>) =>
    onChange((all) => all.map((file) => (file.key === key ? { ...file, ...part } : file)));
  const send = async (file: File) => {
    const key = crypto.randomUUID();
    const stop = new AbortController();
    stops.current.set(key, stop);
    onChange((all) => [
      ...all.filter(({ name }) => name !== file.name),
      { key, name: file.name, size: file.size, sent: 0 },
    ]);
    try {
      const uploaded = await uploadFile(file, (sent) => change(key, { sent }), stop.signal);
      change(key, { sent: 1, uploaded });
    } catch (error) {
      if (!stop.signal.aborted) change(key, { problem: error instanceof Error ? error.message : String(error) });
    }
    stops.current.delete(key);
  };
  const remove = (key: string) => {
    stops.current.get(key)?.abort();
    onChange((all) => all.filter((file) => file.key !== key));
  };
  const take = (list: Iterable<File> | null) => {
    for (const file of list ?? []) void send(file);
  };
  return (
    <DropArea legend="Files" onDrop={take}>
      <div className={styles.bar}>
        <Button size="compact-sm" variant="default" onClick={() => chosen.current?.click()}>
          Add files
        </Button>
        <span className={styles.hint}>or drop them here: models, pictures, archives, of any size</span>
        <input
          ref={chosen}
          type="file"
          multiple
          hidden
          aria-label="Files to add"
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            currentTarget.value = '';
          }}
        />
      </div>
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map(({ key, name, size, sent, uploaded, problem }) => (
            <li key={key}>
              <span className={styles.name}>{name}</span>
              <span>{bytes(size)}</span>
              {problem ? (
                <span role="alert" data-meaning="failed" className={styles.problem}>
                  {problem}
                </span>
              ) : uploaded ? (
                <Digest hex={uploaded.sha256} what={`SHA-256 of ${name}`} />
              ) : (
                <Progress
                  value={100 * sent}
                  aria-label={`${name}: ${percent(sent, 0)} sent`}
                  className={styles.sent ?? ''}
                />
              )}
              <ActionIcon variant="subtle" size="sm" aria-label={`Take ${name} away`} onClick={() => remove(key)}>
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </DropArea>
  );
}
