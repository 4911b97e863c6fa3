import { type ReactNode, useState } from 'react';
import styles from './drop-area.module.css';

interface DropAreaProps {
  readonly legend: string;
  readonly onDrop: (files: FileList) => void;
  readonly children: ReactNode;
}

/** A part of a form on which files may be dropped. */
export function DropArea({ legend, onDrop, children }: DropAreaProps) {
  const [isOver, setOver] = useState(false);
  return (
    <fieldset
      className={styles.area}
      data-over={isOver || undefined}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer.files);
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
    >
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}
