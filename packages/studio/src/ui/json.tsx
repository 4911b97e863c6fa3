import styles from './json.module.css';

interface JsonProps {
  readonly value: unknown;
  /** In one line. */
  readonly inline?: boolean;
}

/** A JSON value as text that can be read and copied. */
export function Json({ value, inline = false }: JsonProps) {
  if (inline) return <code>{JSON.stringify(value)}</code>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className={styles.json} tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
