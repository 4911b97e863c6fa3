import { Link } from '@tanstack/react-router';
import { Failure } from '../ui/messages.tsx';
import { Page } from '../ui/page.tsx';

export function NotFound() {
  return (
    <Page title="There is no such page">
      <p>
        The address names nothing in the studio. <Link to="/">Go to the first page</Link>.
      </p>
    </Page>
  );
}

export function PageError({ error }: { readonly error: unknown }) {
  return (
    <Page title="This page could not be shown">
      <Failure error={error} again={() => location.reload()} />
    </Page>
  );
}
