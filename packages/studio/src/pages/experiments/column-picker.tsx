import { Button, Checkbox, Popover } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import type { ExperimentColumn } from '../../api/index.ts';
import { keyOf, shownName } from '../../experiments/index.ts';
import styles from './column-picker.module.css';

interface ColumnPickerProps {
  readonly columns: readonly ExperimentColumn[];
  /** Those with more than one value, by their place. */
  readonly changing: ReadonlySet<number>;
  /** Keys of those that a person has hidden. */
  readonly hidden: ReadonlySet<string>;
  /** Also those that have one value everywhere. */
  readonly showAll: boolean;
  readonly onHide: (keys: readonly string[]) => void;
  readonly onShowAll: (all: boolean) => void;
}

const kinds = [
  ['metrics', 'Metrics'],
  ['params', 'Parameters'],
] as const;

/** Chooses the columns of values. */
export function ColumnPicker({ columns, changing, hidden, showAll, onHide, onShowAll }: ColumnPickerProps) {
  const offered = columns.filter((_, i) => showAll || changing.has(i));
  return (
    <Popover position="bottom-end" trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.drop} aria-label="Columns">
        <Checkbox
          size="xs"
          label="Only what differs"
          checked={!showAll}
          onChange={({ currentTarget }) => onShowAll(!currentTarget.checked)}
        />
        {kinds.map(([kind, title]) => {
          const own = offered.filter((column) => column.kind === kind);
          if (own.length === 0) return null;
          return (
            <fieldset key={kind} className={styles.kind}>
              <legend>{title}</legend>
              {own.map((column) => {
                const key = keyOf(column);
                return (
                  <Checkbox
                    key={key}
                    size="xs"
                    label={shownName(column, columns)}
                    checked={!hidden.has(key)}
                    onChange={({ currentTarget: { checked } }) =>
                      onHide(checked ? [...hidden].filter((one) => one !== key) : [...hidden, key])
                    }
                  />
                );
              })}
            </fieldset>
          );
        })}
      </Popover.Dropdown>
    </Popover>
  );
}
