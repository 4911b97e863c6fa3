import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useEffect, useState } from 'react';
import styles from './look-up.module.css';

/** Goes to the lineage of a record or an object by its name. */
export function LookUp({ current }: { readonly current: string | undefined }) {
  const [text, setText] = useState(current ?? '');
  useEffect(() => setText(current ?? ''), [current]);
  const navigate = useNavigate();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim() !== '') void navigate({ to: '/lineage', search: { ref: text.trim() } });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextInput
        size="xs"
        aria-label="Record or object"
        placeholder="kind/id@M:m:p, a hash, or sha256:…"
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Button type="submit" size="xs" variant="default">
        Show
      </Button>
    </form>
  );
}
