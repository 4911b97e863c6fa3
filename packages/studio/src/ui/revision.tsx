import { IconGitBranch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { projectQuery } from '../api/index.ts';
import { Digest } from './digest.tsx';
import styles from './revision.module.css';

/** The branch and the commit that are checked out. */
export function Head() {
  const { data } = useQuery(projectQuery);
  const repository = data?.repository;
  if (!repository) return null;
  return (
    <span className={styles.head}>
      <IconGitBranch size={15} aria-hidden />
      {repository.branch ?? 'no branch'}
      {repository.head && <Digest hex={repository.head} what="commit" />}
    </span>
  );
}

/** Branches and tags that name a commit. */
export function Refs({ refs }: { readonly refs: readonly string[] }) {
  return refs.map((name) => (
    <span key={name} className={styles.ref}>
      {name}
    </span>
  ));
}
