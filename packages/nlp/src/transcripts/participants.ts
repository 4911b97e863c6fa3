import type { CallLine, SpeakerSide } from '../corpus.ts';
import type { Line, Lines } from './line.ts';
import { lineText, markedLine } from './lines.ts';

export type Participant = NonNullable<CallLine['call']>['participants'][number];

export interface Role {
  readonly affiliation: string | null;
  readonly position: string | null;
}

const dash = /\s+[-\u2013\u2014]+(?:\s+|$)/;

/** `Company - Title` → affiliation and position; either may be missing, as in `- Analyst`. */
export function splitRole(text: string): Role {
  const words = ` ${text.replace(/^[-\u2013\u2014,:\s]+(?=\s)/, (lead) => (/[-\u2013\u2014]/.test(lead) ? ' - ' : ''))}`;
  const match = dash.exec(words);
  const affiliation = (match ? words.slice(0, match.index) : words).trim();
  const position = match ? words.slice(match.index + match[0].length).trim() : '';
  return { affiliation: affiliation === '' ? null : affiliation, position: position === '' ? null : position };
}

const bullet = /^[*\u2022\u00b7\u25cf]\s*/;
const suffix = /^(?:Jr|Sr|II|III|IV|M\.?D|Ph\.?D|CFA|CPA|Esq)\b\.?/i;

/** `Name, Company - Title` → the name and the rest, with `, Jr.` left on the name. */
export function splitName(text: string): { name: string; rest: string } {
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) {
    const rest = text.slice(at + 1).trimStart();
    if (!suffix.test(rest)) return { name: text.slice(0, at).trim(), rest };
  }
  return { name: text.trim(), rest: '' };
}

interface Pending {
  name: string;
  role: string;
}

/**
 * Reads a list of participants: `* Name` with `Company - Title` on the lines below (StreetEvents), `**Name** Company -
 * Title`, or plain lines of either kind.
 */
export function readParticipants(lines: Lines, block: readonly Line[], side: Participant['side']): Participant[] {
  const found: Pending[] = [];
  let last: Pending | null = null;
  const add = (name: string, role: string): void => {
    last = { name, role };
    found.push(last);
  };
  const extend = (to: Pending, more: string): void => {
    to.role = to.role === '' ? more : `${to.role} ${more}`;
  };
  for (const line of block) {
    if (line.kind !== 'words') continue;
    const marked = markedLine(lines, line);
    const text = lineText(lines, line);
    if (marked) {
      if (marked.rest === '' && dash.test(` ${marked.strong}`)) addPlain(marked.strong);
      else add(marked.strong.replace(bullet, '').replace(/[:,]$/, ''), marked.rest);
    } else if (line.item || bullet.test(text)) addPlain(text.replace(bullet, ''));
    else if (last !== null && ((last as Pending).role === '' || !dash.test(` ${(last as Pending).role}`)))
      extend(last, text);
    else if (last !== null && line.indent > 0 && !dash.test(text)) extend(last, text);
    else addPlain(text);
  }
  return found.map(({ name, role }) => ({ name, ...splitRole(role), side }));

  function addPlain(text: string): void {
    const match = dash.exec(text);
    if (!match) {
      add(text, '');
      return;
    }
    const lead = text.slice(0, match.index);
    const comma = splitName(lead);
    if (comma.rest !== '') add(comma.name, text.slice(text.indexOf(comma.rest)));
    else add(lead.trim(), text.slice(match.index + match[0].length));
  }
}

function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const operator = /^(?:the )?(?:conference |call )?(?:operator|coordinator|moderator)$/i;

export function isOperator(name: string): boolean {
  return operator.test(name);
}

export function isUnnamed(name: string): boolean {
  return /^(?:unidentified|unknown|unverified)\b/i.test(name);
}

/** Who takes part, and on which side. */
export class Roster {
  readonly list: Participant[] = [];
  readonly #byName = new Map<string, Participant>();
  readonly #sideOf = new Map<string, Participant['side']>();

  add(participants: readonly Participant[]): void {
    for (const participant of participants) {
      const key = nameKey(participant.name);
      if (this.#byName.get(key)?.side === participant.side) continue;
      this.list.push(participant);
      if (!this.#byName.has(key)) this.#byName.set(key, participant);
      if (participant.affiliation) this.#sideOf.set(nameKey(participant.affiliation), participant.side);
    }
  }

  find(name: string): Participant | undefined {
    return this.#byName.get(nameKey(name));
  }

  side(name: string, role: Role): SpeakerSide {
    if (isOperator(name)) return 'operator';
    const listed = this.find(name);
    if (listed) return listed.side;
    if (isUnnamed(name)) {
      if (/analyst|audience|investor|shareholder/i.test(name)) return 'conference-call';
      if (/company|corporate|executive/i.test(name)) return 'company';
    }
    const byCompany = role.affiliation === null ? undefined : this.#sideOf.get(nameKey(role.affiliation));
    if (byCompany) return byCompany;
    return /\banalyst\b/i.test(role.position ?? '') ? 'conference-call' : 'unknown';
  }
}
