import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { recordQuery } from '../../api/index.ts';

/** Which versions of models this run registered. */
export function MadeModels({ record }: { readonly record: string }) {
  const { data } = useQuery(recordQuery(record));
  const versions = data?.children.flatMap((child) =>
    child.record?.kind === 'model-version' && child.role === 'run' ? [child.record] : [],
  );
  return versions?.map(({ hash, id, version }) => (
    <span key={hash}>
      made{' '}
      <Link to="/models/$name" params={{ name: id }} search={{ version }}>
        {id} {version}
      </Link>
    </span>
  ));
}
