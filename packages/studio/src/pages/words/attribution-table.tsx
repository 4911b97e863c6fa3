import type { Explanation } from '../../api/index.ts';
import { signed } from '../../ui/format.ts';
import { columnsOf, Table } from '../../ui/table.tsx';
import styles from './attribution-table.module.css';

interface Row {
  readonly key: string;
  readonly word: string;
  readonly attribution: number;
  /** Of the strongest word's weight. */
  readonly share: number;
}

const column = columnsOf<Row>();
const numeric = ['attribution'];
const idOf = (row: Row) => row.key;
const columns = [
  column.accessor('word', { header: 'Word' }),
  column.accessor('attribution', { header: 'Attribution', cell: ({ row }) => signed(row.original.attribution) }),
  column.accessor('share', {
    header: 'against · for',
    cell: ({ row: { original } }) => (
      <span className={styles.track} aria-hidden="true">
        <span
          data-meaning={original.attribution < 0 ? 'negative' : 'positive'}
          style={{
            width: `${50 * original.share}%`,
            ...(original.attribution < 0 ? { right: '50%' } : { left: '50%' }),
          }}
        />
      </span>
    ),
  }),
];

interface AttributionTableProps {
  readonly tokens: Explanation['tokens'];
  readonly label: string;
}

/** The words by how much they mattered, most first, as Captum tables them. */
export function AttributionTable({ tokens, label }: AttributionTableProps) {
  const most = Math.max(1e-12, ...tokens.map(({ attribution }) => Math.abs(attribution)));
  const rows = tokens
    .map(({ start, text, attribution }) => ({
      key: String(start),
      word: text,
      attribution,
      share: Math.abs(attribution) / most,
    }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 20);
  return (
    <Table label={`Words that mattered for ${label}`} columns={columns} rows={rows} rowId={idOf} numeric={numeric} />
  );
}
