import {
  IconArrowsRightLeft,
  IconBox,
  IconFile,
  IconFlag,
  IconPlayerPlay,
  IconPointFilled,
  IconRoute,
  IconTimeline,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';

const icons: Readonly<Record<string, TablerIcon>> = {
  object: IconFile,
  pipeline: IconRoute,
  run: IconTimeline,
  'stage-run': IconPlayerPlay,
  'model-version': IconBox,
  'model-stage': IconFlag,
  'prediction-segment': IconArrowsRightLeft,
  roster: IconUsers,
};

/** The icon of a kind of record, or of an object. */
export function KindIcon({ kind }: { readonly kind: string }) {
  const Icon = icons[kind] ?? IconPointFilled;
  return <Icon size={15} stroke={1.8} aria-hidden />;
}

/** A record's id for people: a run's long id by its beginning, as the command line writes it. */
export function shortId(id: string): string {
  return id.replace(/^([0-9a-f]{12})[0-9a-f]{20}(?=$|\/)/, '$1');
}
