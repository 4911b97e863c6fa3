import { IconCheck, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ModelParagraphs } from '../../api/index.ts';
import { score } from '../../ui/format.ts';
import { Label } from '../../ui/label.tsx';
import styles from './paragraph-list.module.css';

interface ParagraphListProps {
  readonly name: string;
  readonly version: string | undefined;
  readonly items: ModelParagraphs['items'];
}

/** Paragraphs with what the reference and the model say of them; each leads to the filing it came from. */
export function ParagraphList({ name, version, items }: ParagraphListProps) {
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item.id}>
          <Link
            to="/models/$name/paragraphs/$paragraph"
            params={{ name, paragraph: item.id }}
            search={version ? { version } : {}}
            className={styles.item}
          >
            <span className={styles.text}>{item.paragraph?.text ?? item.id}</span>
            <span className={styles.facts}>
              <span>{item.part}</span>
              <span>
                reference <Label label={item.label} />
              </span>
              <span>
                model <Label label={item.predicted} />{' '}
                {item.predicted !== null && item.probabilities && score(item.probabilities[item.predicted] ?? 0)}
              </span>
              {item.correct !== null && (
                <span className={styles.outcome}>
                  {item.correct ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
                  {item.correct ? 'right' : 'wrong'}
                </span>
              )}
              {item.paragraph && <span>{item.paragraph.speaker}</span>}
              <code>{item.id}</code>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
