/** What a line by itself says about the part of the document that follows it. */
export type Heading =
  | 'company-participants'
  | 'call-participants'
  | 'presentation'
  | 'questions-and-answers'
  | 'summary'
  | 'notice'
  | 'end';

const longest = 160;

const patterns: readonly (readonly [Heading, RegExp])[] = [
  ['company-participants', /^(?:corporate|company) (?:participants?|participiants?|representatives|speakers)$/],
  ['call-participants', /^(?:conference )?call (?:participants?|participiants?)$|^(?:other participants|analysts)$/],
  ['presentation', /^(?:presentation|prepared remarks|management discussion section)$/],
  ['questions-and-answers', /^(?:questions?(?: |-)(?:and|&)(?: |-)answers?|q ?(?:&|and) ?a)(?: session| section)?$/],
  // Of StreetEvents' briefs: what the publisher wrote, not what was said.
  ['summary', /^(?:overview|financial data|presentation summary)$/],
  ['end', /^(?:disclaimer|definitions)$/],
  [
    'notice',
    /^(?:(?:important|additional)(?: additional)? information\b|important notice|(?:cautionary|safe harbor|safe-harbor)\b|(?:note (?:on|regarding|concerning) )?forward[- ]looking (?:statements?|information)\b|no offer\b|(?:certain information (?:regarding|concerning) )?participants in (?:the )?(?:merger |proxy )?solicitation\b|where (?:you can|to) find (?:more |additional )?information\b|(?:non-solicitation|legal notices?)$)/,
  ],
];

// What any heading begins with: most lines of a call are told by it.
const beginnings =
  /^[#*_\s]*(?:corporate|company|conference|call|other|analysts|presentation|prepared|management|question|q ?&|q ?and|overview|financial|disclaimer|definitions|important|additional|cautionary|safe|note|forward|no offer|certain|participants|where|non-|legal)/i;

/**
 * Reads a line as a heading. Takes it with Markdown's `#` and `**` or a colon; a sentence, which ends with a full stop,
 * is none.
 */
export function headingOf(text: string): Heading | null {
  if (text.length > longest || !beginnings.test(text) || /[.?!,;]$/.test(text)) return null;
  const plain = text
    .replace(/^[#*_\s]+|[*_:\s]+$/g, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  for (const [heading, pattern] of patterns) if (pattern.test(plain)) return heading;
  return null;
}
