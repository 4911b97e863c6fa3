import { describe, expect, it } from 'vitest';
import type { Paragraph } from '../corpus.ts';
import { parseSubmission } from '../edgar/index.ts';
import { form425, hardWrap } from '../testing/form-425.ts';
import { type ParsedFiling, parseFiling } from './parse-filing.ts';
import { parseHeldAt } from './title.ts';

const accession = '0009990002-26-000009';

function parse(body: string | Uint8Array, pem = false): ParsedFiling & { filing: Buffer } {
  const filing = form425({ accession, body, pem });
  return { ...parseFiling(parseSubmission(filing), accession), filing };
}

const texts = (paragraphs: readonly Paragraph[]): string[] => paragraphs.map(({ text }) => text);

const rule = '-'.repeat(80);
const double = '='.repeat(80);
const streetEvents = (turns: readonly (readonly [string, string])[]): string =>
  [
    'Q1 2026 Tern Harbor Corp Earnings Call',
    'MARCH 03, 2026 / 12:05AM GMT',
    '',
    double,
    'Corporate Participants',
    double,
    ' * Ada Quill, Jr.',
    '   Tern Harbor Corp. - CEO',
    '',
    double,
    'Conference Call Participants',
    double,
    ' * Bo Marsh',
    '   Reed & Co., LLC - Analyst',
    '',
    double,
    'Presentation',
    double,
    ...turns.flatMap(([header, said]) => [rule, header, rule, '', said, '']),
  ].join('\n');

describe('a call in a filing', () => {
  it('gives names with a comma, missing roles, sides by company, and unnamed speakers', () => {
    const { call, paragraphs } = parse(
      streetEvents([
        ['Operator    [1]', 'Welcome.'],
        ['Ada Quill, Jr.,  Tern Harbor Corp. - CEO    [2]', 'Good evening.'],
        ['Cy Doe,  Tern Harbor Corp. - CFO    [3]', 'Numbers.'],
        ['Unidentified Analyst    [4]', 'A question.'],
        ['Ada Quill, Jr.,   -    [5]', 'An answer.'],
        ['Di Roe,   -    [6]', 'Who?'],
      ]),
    );
    expect(
      paragraphs.map(({ speaker, affiliation, position, side }) => [speaker, affiliation, position, side]),
    ).toEqual([
      ['Operator', null, null, 'operator'],
      ['Ada Quill, Jr.', 'Tern Harbor Corp.', 'CEO', 'company'],
      ['Cy Doe', 'Tern Harbor Corp.', 'CFO', 'company'],
      ['Unidentified Analyst', null, null, 'conference-call'],
      ['Ada Quill, Jr.', 'Tern Harbor Corp.', 'CEO', 'company'],
      ['Di Roe', null, null, 'unknown'],
    ]);
    expect(call.call).toEqual({
      title: 'Q1 2026 Tern Harbor Corp Earnings Call',
      heldAt: '2026-03-03T00:05:00Z',
      layout: 'streetevents',
      participants: [
        { name: 'Ada Quill, Jr.', affiliation: 'Tern Harbor Corp.', position: 'CEO', side: 'company' },
        { name: 'Bo Marsh', affiliation: 'Reed & Co., LLC', position: 'Analyst', side: 'conference-call' },
      ],
      turns: 6,
      paragraphs: 6,
    });
  });

  it('takes offsets from the file as it came, where PEM escapes lines that begin with a dash', () => {
    const body = streetEvents([
      ['Operator    [1]', 'Welcome.'],
      ['Bo Marsh,  Reed & Co., LLC - Analyst    [2]', '-- so, one question on margins. And one on tax.'],
    ]);
    const { paragraphs, filing } = parse(body, true);
    expect(texts(paragraphs)).toEqual(['Welcome.', '-- so, one question on margins. And one on tax.']);
    const { start, end, sentences } = paragraphs[1]!;
    expect(filing.toString('latin1', start - 2, end)).toBe('- -- so, one question on margins. And one on tax.');
    expect(filing.toString('latin1', sentences[1]!.start, sentences[1]!.end)).toBe('And one on tax.');
  });

  it('decodes UTF-8 and windows-1252 side by side', () => {
    const marker = Buffer.from(streetEvents([['Operator    [1]', 'A@B@C caf# here.']])).toString('latin1');
    const mixed = marker.replace('@', '\x93quoted\x94').replace('@', '\xe2\x80\x94').replace('#', '\xe9');
    const { paragraphs, filing } = parse(Buffer.from(mixed, 'latin1'));
    expect(texts(paragraphs)).toEqual(['A\u201cquoted\u201dB\u2014C caf\u00e9 here.']);
    expect(filing.subarray(paragraphs[0]!.start, paragraphs[0]!.end).length).toBe(
      'A"quoted"B'.length + 3 + 'C caf# here.'.length,
    );
  });

  it('refuses bytes that are no text, and says where', () => {
    for (const bad of ['\x81', '\x00', '\x1b']) {
      const raw = streetEvents([['Operator    [1]', `Wel${bad}come.`]]);
      const filing = form425({ accession, body: Buffer.from(raw, 'latin1') });
      const at = filing.indexOf(bad, 0, 'latin1');
      expect(() => parseFiling(parseSubmission(filing), accession)).toThrow(
        expect.objectContaining({
          code: 'ASSAY_TRANSCRIPT_ENCODING',
          message: expect.stringContaining(
            `${accession}: byte 0x${bad.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()} at offset ${at}`,
          ),
        }),
      );
    }
  });

  it('joins a paragraph that a page end cuts in two, and drops the page number', () => {
    const long =
      'We expect the transaction to close in the second quarter, subject to the vote of both companies and to the approvals that are still outstanding today.';
    const lines = hardWrap(long);
    const cut = [
      lines[0],
      '',
      `${' '.repeat(38)}7`,
      '<PAGE>',
      '',
      ...lines.slice(1),
      '',
      'A second paragraph ends the page.',
      '',
      '<PAGE>   8',
      '',
      'A third begins the next.',
    ];
    const { paragraphs } = parse(streetEvents([['Operator    [1]', cut.join('\n')]]));
    expect(texts(paragraphs)).toEqual([long, 'A second paragraph ends the page.', 'A third begins the next.']);
  });

  it('tells indented first lines and short last lines of wrapped paragraphs without blank lines between', () => {
    const first =
      'Our segment in the north grew by eleven percent, which is more than we had planned for, and nearly all of it came from customers who are new to us this year.';
    const second =
      'The segment in the south did not grow, and we do not expect it to before the new line in the second plant has been running for at least two quarters.';
    const indented = [first, second].flatMap((text) =>
      hardWrap(`${text}`, 74).map((line, at) => (at === 0 ? `     ${line}` : line)),
    );
    expect(texts(parse(streetEvents([['Operator    [1]', indented.join('\n')]])).paragraphs)).toEqual([first, second]);
    const flush = [first, second].flatMap((text) => hardWrap(text, 78));
    expect(texts(parse(streetEvents([['Operator    [1]', flush.join('\n')]])).paragraphs)).toEqual([first, second]);
  });

  it('leaves boiler-plate out, before, between and after, and goes on at the next turn', () => {
    const html = `<HTML><BODY><P>Filed by Tern Harbor Corp.</P><P><B>Forward-Looking Statements</B></P><P>Not said.</P>
<P>Tern Harbor Corp. Investor Call</P><P>June 1, 2026</P>
<P><STRONG>Corporate Participants</STRONG></P><P><STRONG>Ada Quill</STRONG>, Tern Harbor Corp. &#150; CEO</P>
<DIV STYLE="font-weight: bold">Presentation</DIV>
<P><SPAN STYLE="font-weight:700">Ada Quill</SPAN> &#8211; <EM>Tern Harbor Corp. &ndash; CEO</EM></P><P>Said&nbsp;first.</P>
<P><B>Cautionary Note Regarding Forward-Looking Statements</B></P><P>Not said either.</P>
<P><B>Operator</B></P><P>Said <B>second</B>, with stress.</P>
<P ALIGN=center>3</P><HR><P><B>No Offer or Solicitation</B></P><P>Nor this.</P></BODY></HTML>`;
    const { call, paragraphs } = parse(html);
    expect(texts(paragraphs)).toEqual(['Said first.', 'Said second, with stress.']);
    expect(call.call).toMatchObject({
      layout: 'marked-names',
      title: 'Tern Harbor Corp. Investor Call',
      heldAt: '2026-06-01',
      participants: [{ name: 'Ada Quill', affiliation: 'Tern Harbor Corp.', position: 'CEO', side: 'company' }],
    });
    expect(paragraphs[0]).toMatchObject({ affiliation: 'Tern Harbor Corp.', position: 'CEO', side: 'company' });
  });

  it('reads participants from a table and a role on the line below the name', () => {
    const html = `<HTML><BODY><P><B>CORPORATE PARTICIPANTS</B></P>
<TABLE><TR><TD><B>Ada Quill</B></TD><TD>Tern Harbor Corp. - CEO</TD></TR><TR><TD><B>Cy Doe</B></TD><TD>Tern Harbor Corp. - CFO</TD></TR></TABLE>
<P><B>Call Participants</B></P><UL><LI>Bo Marsh - Reed &amp; Co. - Analyst<LI>Ed Poe<BR>Fen Ltd - Analyst</UL>
<P><B>Questions and Answers</B></P><P><B>Bo Marsh</B> - <I>Reed &amp; Co. - Analyst</I></P><P>Why?</P></BODY></HTML>`;
    const { call, paragraphs } = parse(html);
    expect(call.call?.participants.map(({ name, affiliation, position }) => [name, affiliation, position])).toEqual([
      ['Ada Quill', 'Tern Harbor Corp.', 'CEO'],
      ['Cy Doe', 'Tern Harbor Corp.', 'CFO'],
      ['Bo Marsh', 'Reed & Co.', 'Analyst'],
      ['Ed Poe', 'Fen Ltd', 'Analyst'],
    ]);
    expect(paragraphs).toMatchObject([{ section: 'questions-and-answers', text: 'Why?', side: 'conference-call' }]);
  });

  it('says why a filing has no call', () => {
    expect(parse('An offer, and nothing said.').call).toEqual({
      accession,
      call: null,
      without: 'no speaker\'s turn under a heading "Presentation" or "Questions and Answers" in document 1 425 (text)',
    });
    expect(parse('<PDF>\nbegin 644 a.pdf\nM4$L\nend\n</PDF>').call.without).toBe('no document with words: 1 425 (pdf)');
    expect(parse('Presentation\n\nSlides follow.').call.call).toBeNull();
  });

  it('reads days and times', () => {
    expect(parseHeldAt('APRIL 21, 2016 / 9:00PM GMT')).toBe('2016-04-21T21:00:00Z');
    expect(parseHeldAt('APRIL 21, 2016 / 12:30AM GMT')).toBe('2016-04-21T00:30:00Z');
    expect(parseHeldAt('May 5, 2026, 8:00 a.m. Eastern Time')).toBe('2026-05-05');
    expect(parseHeldAt('Next week')).toBeNull();
  });
});
