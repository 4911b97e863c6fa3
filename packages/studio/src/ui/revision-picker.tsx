import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { type RevisionsView, revisionsQuery } from '../api/index.ts';
import styles from './revision-picker.module.css';

interface RevisionPickerProps {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (name: string) => void;
}

/** Chooses a revision: from what there is, or by any name that git understands. */
export function RevisionPicker({ label, value, onChoose }: RevisionPickerProps) {
  const { data } = useQuery(revisionsQuery);
  const [typed, setTyped] = useState(shown(value));
  useEffect(() => setTyped(shown(value)), [value]);
  const choices = useMemo(() => choicesOf(data), [data]);
  const subjects = useMemo(() => new Map(data?.commits.map(({ commit, subject }) => [shown(commit), subject])), [data]);
  const choose = (name: string) => {
    const meant = name.trim();
    if (meant === '') setTyped(shown(value));
    else if (meant !== shown(value)) onChoose(meant);
  };
  return (
    <Autocomplete
      size="xs"
      label={label}
      value={typed}
      data={choices}
      limit={150}
      maxDropdownHeight={320}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      // Before anything is typed, all can be chosen from.
      {...(typed === shown(value) ? { filter: everything } : {})}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onChange={setTyped}
      onOptionSubmit={choose}
      onBlur={() => choose(typed)}
      onKeyDown={({ key }) => key === 'Enter' && choose(typed)}
      renderOption={({ option }) => (
        <span className={styles.option}>
          <span>{option.value}</span>
          {subjects.has(option.value) && <span className={styles.subject}>{subjects.get(option.value)}</span>}
        </span>
      )}
    />
  );
}

/** Of a full commit id only its beginning is shown. */
function shown(name: string): string {
  return name.replace(/^([0-9a-f]{12})[0-9a-f]{28,52}(?=$|~)/, '$1');
}

const everything: NonNullable<AutocompleteProps['filter']> = ({ options }) => options;

function choicesOf(data: RevisionsView | undefined) {
  const seen = new Set<string>();
  // A name may be a branch and a tag, but can be chosen once.
  const fresh = (names: readonly string[]) => names.filter((name) => seen.size < seen.add(name).size);
  const named = (kind: string) => data?.refs.filter((ref) => ref.kind === kind).map(({ name }) => name) ?? [];
  const groups = [
    { group: 'Here', items: fresh(['workspace', 'HEAD']) },
    { group: 'Branches', items: fresh(named('branch')) },
    { group: 'Tags', items: fresh(named('tag')) },
    { group: 'Branches of remotes', items: fresh(named('remote')) },
    { group: 'Commits', items: fresh(data?.commits.map(({ commit }) => shown(commit)) ?? []) },
  ];
  return groups.filter(({ items }) => items.length > 0);
}
