import { Link } from '@tanstack/react-router';

interface BecauseProps {
  readonly text: string | null;
  /** The run that the words may name by the beginning of its id. */
  readonly source?: string | null;
}

/** The platform's own words on why a stage ran or did not; the run they name is a link. */
export function Because({ text, source }: BecauseProps) {
  if (text === null) return <span>nothing was decided yet</span>;
  return <span>{source ? <Linked line={text} run={source} /> : text}</span>;
}

function Linked({ line, run }: { readonly line: string; readonly run: string }) {
  const short = run.slice(0, 12);
  const at = line.indexOf(short);
  if (at < 0) return line;
  return (
    <>
      {line.slice(0, at)}
      <Link to="/runs/$run" params={{ run }}>
        {short}
      </Link>
      {line.slice(at + short.length)}
    </>
  );
}
