import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import type { PipelineStageView } from '../../api/index.ts';

const route = getRouteApi('/pipeline');

interface LoopsProps {
  readonly groups: ReadonlyMap<string, readonly PipelineStageView[]>;
  readonly opened: ReadonlySet<string>;
}

/** A button for each foreach and matrix, which shows its stages one by one or as one box. */
export function Loops({ groups, opened }: LoopsProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show = (names: readonly string[]) =>
    void navigate({ search: { ...search, open: names.join(',') || undefined }, replace: true, resetScroll: false });
  return [...groups].map(([name, members]) => {
    const isOpen = opened.has(name);
    const others = [...opened].filter((one) => one !== name && groups.has(one));
    return (
      <Button
        key={name}
        size="compact-sm"
        variant="default"
        aria-pressed={isOpen}
        onClick={() => show(isOpen ? others : [...others, name])}
        leftSection={isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
      >
        {name} × {members.length}
      </Button>
    );
  });
}
