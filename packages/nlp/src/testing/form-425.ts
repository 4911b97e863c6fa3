/**
 * Builds form-425 submissions around StreetEvents transcripts, in the shapes filing agents give them, for tests and
 * benchmarks. It reads a transcript by patterns of its own, so that what it reads can be held against what is parsed.
 */

interface PlainTurn {
  readonly header: string;
  readonly name: string;
  readonly paragraphs: readonly string[];
}

export interface PlainTranscript {
  readonly title: string;
  readonly date: string;
  /** Name and role, `Company - Title`. */
  readonly company: readonly (readonly [string, string])[];
  readonly callers: readonly (readonly [string, string])[];
  readonly sections: readonly { readonly title: string; readonly turns: readonly PlainTurn[] }[];
}

const folded = (text: string): string =>
  text
    .replace(/<[^<>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const isRule = (line: string | undefined, sign: string): boolean => line?.startsWith(sign.repeat(80)) ?? false;

/** Reads a StreetEvents transcript line by line, by the rules around its headings and headers. */
export function readPlainTranscript(source: string): PlainTranscript {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const people: Record<'company' | 'callers', [string, string][]> = { company: [], callers: [] };
  const sections: { title: string; turns: { header: string; name: string; paragraphs: string[] }[] }[] = [];
  let part = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const closed = (sign: string): boolean => isRule(lines[at - 1], sign) && isRule(lines[at + 1], sign);
    if (closed('=')) {
      part = line.toLowerCase();
      if (/^(?:presentation|questions and answers)$/.test(part)) sections.push({ title: line, turns: [] });
    } else if (closed('-') && /^(?:definitions|disclaimer)$/i.test(line)) break;
    else if (/partici/.test(part) && line.startsWith(' * ')) {
      people[part.startsWith('corporate') ? 'company' : 'callers'].push([
        folded(line.slice(3)),
        folded(lines[at + 1] ?? ''),
      ]);
    } else if (/^(?:presentation|questions and answers)$/.test(part)) {
      const turns = sections.at(-1)?.turns ?? [];
      if (closed('-') && /\[\d+\]$/.test(line)) {
        turns.push({
          header: line,
          name: folded(line.replace(/\s*\[\d+\]$/, '').split(',  ')[0] ?? ''),
          paragraphs: [],
        });
      } else if (!/^[-=]{80}/.test(line) && folded(line) !== '') turns.at(-1)?.paragraphs.push(folded(line));
    }
  }
  const first = lines.findIndex((line) => isRule(line, '='));
  const [title = '', date = ''] = lines
    .slice(0, first)
    .filter((line) => line.trim() !== '')
    .slice(-2);
  return { title, date, ...people, sections };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&#8217;');
}

/** Breaks a line at blanks to at most `width` columns. */
export function hardWrap(line: string, width = 80): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/\s+/)) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

const rule = (sign: string): string => sign.repeat(80);

/** StreetEvents' layout as lines, with a way to set each paragraph. */
function streetEventsLines(call: PlainTranscript, paragraph: (text: string) => string[]): string[] {
  const heading = (title: string): string[] => [rule('='), title, rule('='), ''];
  const people = (list: PlainTranscript['company']): string[] => [
    ...list.flatMap(([name, role]) => [` * ${name}`, `   ${role}`]),
    '',
  ];
  return [
    'Thomson Reuters StreetEvents Event Transcript',
    'E D I T E D   V E R S I O N',
    '',
    call.title,
    call.date,
    '',
    ...heading('Corporate Participants'),
    ...people(call.company),
    ...heading('Conference Call Participiants'),
    ...people(call.callers),
    ...call.sections.flatMap((section) => [
      ...heading(section.title),
      ...section.turns.flatMap((turn) => [
        rule('-'),
        turn.header,
        rule('-'),
        '',
        ...turn.paragraphs.flatMap(paragraph),
        '',
      ]),
    ]),
    rule('-'),
    'Definitions',
    rule('-'),
    'PRELIMINARY TRANSCRIPT: what follows was never said.',
  ];
}

const notice = 'This communication is not an offer. It tells of plans, and plans may fail.';

function markedRole(turn: PlainTurn): string {
  const role = folded(
    turn.header
      .replace(/\s*\[\d+\]$/, '')
      .split(',  ')
      .slice(1)
      .join(', '),
  );
  return role.replace(/^-\s*|\s*-$/g, '');
}

/** Bodies of the one document, by name. Those in HTML begin with `<HTML>`. */
export const bodies: Readonly<Record<string, (call: PlainTranscript, source: string) => string>> = {
  'text as it came': (_call, source) => source,
  'text, hard-wrapped': (call) => streetEventsLines(call, (text) => [...hardWrap(text), '']).join('\n'),
  'HTML paragraphs': (call) =>
    page(
      streetEventsLines(call, (text) => [text])
        .filter((line) => line.trim() !== '')
        .map((line) =>
          /^[-=]{40}/.test(line)
            ? '<HR>'
            : `<P STYLE="margin: 0pt 0; text-align: justify">${hardWrap(escapeHtml(line)).join('\n')}</P>`,
        )
        .join('\n'),
    ),
  'HTML divisions': (call) =>
    page(
      streetEventsLines(call, (text) => [text])
        .map((line) => `<DIV>${line.trim() === '' ? '&nbsp;' : escapeHtml(line)}</DIV>`)
        .join('\n'),
    ),
  'HTML line breaks': (call) =>
    page(
      `<FONT SIZE="2">${streetEventsLines(call, (text) => [text])
        .map(escapeHtml)
        .join('<BR>\n')}</FONT>`,
    ),
  'HTML preformatted': (call) =>
    page(
      `<PRE>\n${streetEventsLines(call, (text) => [...hardWrap(text), ''])
        .map(escapeHtml)
        .join('\n')}\n</PRE>`,
    ),
  'marked names, text': (call) =>
    [
      'Filed by Example Corp.',
      'Pursuant to Rule 425 under the Securities Act of 1933',
      '',
      call.title,
      call.date,
      '',
      '## CORPORATE PARTICIPANTS',
      '',
      ...call.company.map(([name, role]) => `**${name}** ${role}`),
      '',
      '## CONFERENCE CALL PARTICIPANTS',
      '',
      ...call.callers.map(([name, role]) => `**${name}** ${role}`),
      '',
      ...call.sections.flatMap((section) => [
        `## ${section.title.toUpperCase()}`,
        '',
        ...section.turns.flatMap((turn) => [
          turn.name === 'Operator' || markedRole(turn) === ''
            ? `### ${turn.name}`
            : `**${turn.name}** - *${markedRole(turn)}*`,
          '',
          ...turn.paragraphs.flatMap((text) => [...hardWrap(text), '']),
        ]),
      ]),
      'Cautionary Statement Regarding Forward-Looking Statements',
      '',
      ...hardWrap(notice),
    ].join('\n'),
  'marked names, HTML': (call) =>
    page(
      [
        '<P ALIGN="right">Filed by Example Corp.<BR>Pursuant to Rule 425</P>',
        `<P ALIGN="center"><B>${escapeHtml(call.title)}</B></P><P ALIGN="center">${call.date}</P>`,
        '<P><B>CORPORATE PARTICIPANTS</B></P>',
        ...call.company.map(([name, role]) => `<P><B>${escapeHtml(name)}</B> <I>${escapeHtml(role)}</I></P>`),
        '<P><B>CONFERENCE CALL PARTICIPANTS</B></P>',
        ...call.callers.map(([name, role]) => `<P><B>${escapeHtml(name)}</B> <I>${escapeHtml(role)}</I></P>`),
        ...call.sections.flatMap((section) => [
          `<P ALIGN=center STYLE="page-break-before: always"><B>${section.title.toUpperCase()}</B></P>`,
          ...section.turns.flatMap((turn) => [
            markedRole(turn) === ''
              ? `<P><B>${escapeHtml(turn.name)}</B></P>`
              : `<P><B>${escapeHtml(turn.name)}</B> - <I>${escapeHtml(markedRole(turn))}</I></P>`,
            ...turn.paragraphs.map((text) => `<P>${hardWrap(escapeHtml(text)).join('\n')}</P>`),
          ]),
        ]),
        '<P><B><U>Additional Information and Where to Find It</U></B></P>',
        `<P>${notice}</P><P ALIGN="center">12</P><HR>`,
      ].join('\n'),
    ),
};

function page(body: string): string {
  return `<HTML>\n<HEAD><TITLE>425</TITLE></HEAD>\n<BODY STYLE="font: 10pt Times New Roman">\n${body}\n</BODY>\n</HTML>`;
}

export interface Form425 {
  readonly accession: string;
  readonly body: string | Uint8Array;
  readonly filedAt?: string;
  /** Declared; the file holds one document. */
  readonly documentCount?: number;
  /** Wraps the submission as Privacy-Enhanced Mail, escaping lines that begin with `-`. */
  readonly pem?: boolean;
}

/** A complete submission text file of form 425 with one document. */
export function form425(form: Form425): Buffer {
  const { accession, body, filedAt = '20260102', documentCount = 1, pem = false } = form;
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  const isHtml = /^<HTML>/.test(bytes.toString('latin1', 0, 6));
  const head = [
    `<SEC-DOCUMENT>${accession}.txt : ${filedAt}`,
    `<SEC-HEADER>${accession}.hdr.sgml : ${filedAt}`,
    `ACCESSION NUMBER:\t\t${accession}`,
    'CONFORMED SUBMISSION TYPE:\t425',
    `PUBLIC DOCUMENT COUNT:\t\t${documentCount}`,
    `FILED AS OF DATE:\t\t${filedAt}`,
    '',
    'SUBJECT COMPANY:\t',
    '',
    '\tCOMPANY DATA:\t',
    '\t\tCOMPANY CONFORMED NAME:\t\t\tEXAMPLE TARGET INC',
    '\t\tCENTRAL INDEX KEY:\t\t\t0009990001',
    '',
    'FILED BY:\t\t',
    '',
    '\tCOMPANY DATA:\t',
    '\t\tCOMPANY CONFORMED NAME:\t\t\tEXAMPLE CORP',
    '\t\tCENTRAL INDEX KEY:\t\t\t0009990002',
    '</SEC-HEADER>',
    '<DOCUMENT>',
    '<TYPE>425',
    '<SEQUENCE>1',
    `<FILENAME>d425.${isHtml ? 'htm' : 'txt'}`,
    '<DESCRIPTION>425',
    '<TEXT>',
    '',
  ].join('\n');
  const tail = '\n</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n';
  const whole = Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]);
  if (!pem) return whole;
  const escaped = Buffer.from(whole.toString('latin1').replace(/^-/gm, '- -'), 'latin1');
  const opening = '-----BEGIN PRIVACY-ENHANCED MESSAGE-----\nProc-Type: 2001,MIC-CLEAR\n\n';
  return Buffer.concat([Buffer.from(opening), escaped, Buffer.from('-----END PRIVACY-ENHANCED MESSAGE-----\n')]);
}
