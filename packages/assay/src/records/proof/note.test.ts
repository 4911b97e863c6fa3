import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEd25519 } from '../hashing.ts';
import { toBase64 } from './bytes.ts';
import { formatCheckpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { formatSignature, formatVkey, parseNote, parseVkey, portableEd25519, verifyNote } from './note.ts';

/** The example of https://c2sp.org/signed-note. */
const example = {
  vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
};

function newKey(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const verifier = parseVkey(formatVkey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)));
  const line = (text: string, as = name) =>
    formatSignature(as, verifier.keyId, sign(null, Buffer.from(text), privateKey));
  return { verifier, line, vkey: formatVkey(name, verifier.publicKey) };
}

const log = newKey('example.test/log');
const other = newKey('other.test/witness');
const text = formatCheckpoint({ origin: 'example.test/log', size: 7, root: new Uint8Array(32).fill(3) });
const good = `${text}\n${log.line(text)}`;
const verify = (note: string, ...verifiers: (typeof log.verifier)[]) => verifyNote(parseNote(note), verifiers);

test('the example of the specification verifies, with either implementation of Ed25519', () => {
  for (const scheme of [portableEd25519, nodeEd25519]) {
    expect(verify(example.note, parseVkey(example.vkey, scheme)).map(({ name }) => name)).toEqual(['example.com/foo']);
    expect(() =>
      verify(example.note.replace('example message', 'exemplary message'), parseVkey(example.vkey, scheme)),
    ).toThrow(expect.objectContaining({ code: 'ASSAY_NOTE_SIGNATURE' }));
  }
  const { name, publicKey } = parseVkey(example.vkey);
  expect(formatVkey(name, publicKey)).toBe(example.vkey);
});

describe('signatures', () => {
  test('of unknown keys are ignored, before and after the known one', () => {
    const lines = [other.line(text), log.line(text), newKey('x').line('something else')];
    expect(verify(`${text}\n${lines.join('')}`, log.verifier)).toEqual([log.verifier]);
  });

  test('of a known key that fails rejects the note, though another known key has signed', () => {
    const note = `${text}\n${log.line(text)}${other.line('another text\n')}`;
    expect(() => verify(note, log.verifier, other.verifier)).toThrow(
      expect.objectContaining({ code: 'ASSAY_NOTE_SIGNATURE' }),
    );
    expect(verify(note, log.verifier)).toHaveLength(1);
  });

  test('with the right key id under another name, or the right name with another key, are unknown', () => {
    for (const note of [
      `${text}\n${log.line(text, 'example.test/lob')}`,
      `${text}\n${newKey('example.test/log').line(text)}`,
    ]) {
      expect(() => verify(note, log.verifier)).toThrow(expect.objectContaining({ code: 'ASSAY_NOTE_UNSIGNED' }));
    }
  });

  test('sixteen and more are read', () => {
    const many = Array.from({ length: 40 }, (_, i) => newKey(`w${i}`).line(text));
    expect(verify(`${text}\n${many.join('')}${log.line(text)}`, log.verifier)).toHaveLength(1);
    expect(() => parseNote(`${text}\n${log.line(text).repeat(101)}`)).toThrow(
      expect.objectContaining({ code: 'ASSAY_NOTE_MALFORMED' }),
    );
  });

  test('of half a length are no signatures', () => {
    const short = formatSignature('example.test/log', log.verifier.keyId, new Uint8Array(63));
    expect(() => verify(`${text}\n${short}`, log.verifier)).toThrow(
      expect.objectContaining({ code: 'ASSAY_NOTE_SIGNATURE' }),
    );
  });
});

test.each([
  ['carriage returns', good.replaceAll('\n', '\r\n')],
  ['no newline at the end', good.slice(0, -1)],
  ['a hyphen for the em dash', good.replace('—', '-')],
  ['an en dash for it', good.replace('—', '–')],
  ['no blank line', good.replace('\n\n', '\n')],
  ['no signature', `${text}\n`],
  ['two spaces', good.replace('— ', '—  ')],
  ['a tab', good.replace('— ', '—\t')],
  ['a space at the end of a line', good.replace(/=\n$/, '= \n')],
  ['base64 without its padding', good.replace(/=+\n$/, '\n')],
  ['base64 with stray bits', `${text}\n— x ${toBase64(new Uint8Array(68)).replace(/A=$/, 'B=')}\n`],
  ['base64 of the other alphabet', good.replace(/(— \S+ )./, '$1_')],
  ['a signature of a key id alone', `${text}\n— x AAAAAA==\n`],
  ['a name with a plus', good.replace('— example', '— exa+mple')],
  ['a control character', good.replace('7', '7\u0007')],
  ['a NUL', good.replace('7', '7\0')],
  ['a lone surrogate', good.replace('7', '7\ud800')],
  ['an empty text', ''],
])('a note with %s is malformed', (_, note) => {
  expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'ASSAY_NOTE_MALFORMED' }));
});

test('any change of one character is refused or changes nothing that is read', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: good.length - 1 }),
      fc.constantFrom('0', 'A', 'z', '+', '=', '\n', ' ', '—'),
      (at, character) => {
        const changed = good.slice(0, at) + character + good.slice(at + 1);
        if (changed !== good) expect(() => verifyCheckpoint(changed, [log.verifier])).toThrow();
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  '',
  'name',
  'name+00000000',
  'name+00000000+AAAA',
  'na me+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
])('the verifier key %j is refused', (vkey) =>
  expect(() => parseVkey(vkey)).toThrow(expect.objectContaining({ code: 'ASSAY_VKEY_INVALID' })),
);

test('a verifier key whose hash, type or spelling is wrong is refused', () => {
  const [name, , key] = example.vkey.split('+') as [string, string, string];
  for (const vkey of [
    `${name}+530d903b+${key}`,
    `${name}+530D903A+${key}`,
    `${name}x+530d903a+${key}`,
    `${name}+530d903a+${key.replace('Ae', 'Be')}`,
    `${name}+530d903a+${key} `,
    `+530d903a+${key}`,
  ]) {
    expect(() => parseVkey(vkey), vkey).toThrow(expect.objectContaining({ code: 'ASSAY_VKEY_INVALID' }));
  }
});

describe('a checkpoint', () => {
  const signed = (body: string) => `${body}\n${log.line(body)}`;
  const root = toBase64(new Uint8Array(32));

  test('is read, with extension lines, and at size 0', () => {
    expect(verifyCheckpoint(good, [log.verifier])).toMatchObject({ origin: 'example.test/log', size: 7 });
    expect(parseCheckpoint(signed(`o\n0\n${root}\nextension\n`))).toMatchObject({ origin: 'o', size: 0 });
  });

  test.each([
    ['a size of 007', `o\n007\n${root}\n`],
    ['a size of 00', `o\n00\n${root}\n`],
    ['a size with a sign', `o\n+7\n${root}\n`],
    ['a size with a point', `o\n7.0\n${root}\n`],
    ['a hexadecimal size', `o\n0x7\n${root}\n`],
    ['a size over 2^53', `o\n9007199254740993\n${root}\n`],
    ['a root of 31 bytes', `o\n7\n${toBase64(new Uint8Array(31))}\n`],
    ['a root with stray bits', `o\n7\n${root.replace('A=', 'B=')}\n`],
    ['a root in hex', `o\n7\n${'00'.repeat(32)}\n`],
    ['no root', 'o\n7\n'],
    ['no origin', `\n7\n${root}\n`],
    ['an empty extension line', `o\n7\n${root}\n\nx\n`],
  ])('with %s is malformed', (_, body) => {
    expect(() => parseCheckpoint(signed(body))).toThrow(
      expect.objectContaining({ code: 'ASSAY_CHECKPOINT_MALFORMED' }),
    );
  });

  test('of another log, signed with a known key, is refused', () => {
    const body = formatCheckpoint({ origin: 'another.test/log', size: 7, root: new Uint8Array(32) });
    expect(() => verifyCheckpoint(signed(body), [log.verifier])).toThrow(
      expect.objectContaining({ code: 'ASSAY_CHECKPOINT_ORIGIN' }),
    );
  });
});
