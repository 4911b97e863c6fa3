import { bytes } from '../../ui/format.ts';
import styles from './images.module.css';

interface Picture {
  readonly name: string;
  readonly rev: string;
  readonly path: string;
  readonly size: number | undefined;
}

/** An image before and after, side by side. */
export function Images({ pictures, look }: { readonly pictures: readonly Picture[]; readonly look: string }) {
  return (
    <div className={styles.images}>
      {pictures.map(({ name, rev, path, size }) => {
        const query = new URLSearchParams({ rev, path, look });
        return (
          <figure key={rev} className={styles.figure}>
            <figcaption>
              {name}
              {size !== undefined && `, ${bytes(size)}`}
            </figcaption>
            <img src={`/api/data/image?${query}`} alt={`${path} in ${name}`} />
          </figure>
        );
      })}
    </div>
  );
}
