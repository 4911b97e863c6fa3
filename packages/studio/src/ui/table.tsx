import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  type ColumnDef,
  createColumnHelper,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import styles from './table.module.css';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });

/** Makes a table's columns. One whose id is in `numeric` is set to the right. */
export function columnsOf<T extends RowData>() {
  return createColumnHelper<typeof features, T>();
}

interface TableProps<T extends RowData> {
  /** What the table shows, for those who do not see it. */
  readonly label: string;
  // biome-ignore lint/suspicious/noExplicitAny: each column has a type of its own
  readonly columns: ColumnDef<typeof features, T, any>[];
  readonly rows: readonly T[];
  readonly rowId: (row: T) => string;
  readonly numeric?: readonly string[];
  readonly current?: string | undefined;
}

/** A table that sorts by a click on a column's head. */
export function Table<T extends RowData>({ label, columns, rows, rowId, numeric = [], current }: TableProps<T>) {
  const table = useTable({ features, columns, data: rows, getRowId: rowId });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                const head = <table.FlexRender header={header} />;
                return (
                  <th
                    key={header.id}
                    scope="col"
                    data-numeric={numeric.includes(header.id)}
                    aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
                  >
                    {header.column.getCanSort() ? (
                      <UnstyledButton className={styles.sort} onClick={header.column.getToggleSortingHandler()}>
                        {head}
                        {sorted === 'asc' && <IconArrowUp size={12} aria-hidden />}
                        {sorted === 'desc' && <IconArrowDown size={12} aria-hidden />}
                      </UnstyledButton>
                    ) : (
                      head
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} aria-current={row.id === current || undefined}>
              {row.getAllCells().map((cell) => (
                <td key={cell.id} data-numeric={numeric.includes(cell.column.id)}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
