// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pipelines
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asArgument, referencesIn, render, splitWords } from './commands.ts';

describe('a command line', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b c'd`, ['ab cd']],
    [`'' ""`, ['', '']],
    [`"a \\" \\\\ \\n" 'x\\y'`, ['a " \\ \\n', 'x\\y']],
    ['a\\ b \\| \\$x', ['a b', '|', '$x']],
    ['--in=${inputs.a b} "${x} y"', ['--in=${inputs.a b}', '${x} y']],
    ['a#b a~b $${x}', ['a#b', 'a~b', '$${x}']],
    ["'a|b' \"c>d\" '*'", ['a|b', 'c>d', '*']],
    ['python -c "print(1); x = 2"', ['python', '-c', 'print(1); x = 2']],
  ])('%s', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it.each([
    'a | b',
    'a && b',
    'a; b',
    'a > b',
    'a < b',
    'a `b`',
    'a $(b)',
    'a $HOME',
    'a *.txt',
    'a ?',
    'a [b]',
    'a ~/b',
    'a # b',
    'A=1 b',
    "a 'b",
    'a "b',
    'a \\',
    'a ${b',
  ])('refuses what needs a shell or has no end: %s', (line) => {
    expect(splitWords(line)).toMatchObject({ code: 'ASSAY_PIPELINE_COMMAND' });
  });

  it('splits as a POSIX shell does, or refuses', () => {
    const pieces = fc.constantFrom('a', 'b1', ' ', '  ', "'", '"', '\\', '-x=', 'ü', '/', '%', ',', ':', '@', '^', '+');
    const lines = fc
      .sample(fc.array(pieces, { minLength: 1, maxLength: 12 }), { numRuns: 400, seed: 7 })
      .map((parts) => parts.join(''))
      .filter((line) => line.trim() !== '' && Array.isArray(splitWords(line)));
    expect(lines.length).toBeGreaterThan(50);
    const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\1'`).join('\n');
    const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
    const expected = output
      .split('\x01')
      .slice(0, -1)
      .map((part) => part.split('\0').slice(0, -1));
    expect(lines.map((line) => splitWords(line))).toEqual(expected);
  });
});

describe('placeholders', () => {
  it('are found and filled, any number in a word', () => {
    const word = '--x=${inputs.a}/y:${parameters.b.c}$${d}';
    expect(referencesIn(word)).toEqual([
      { kind: 'inputs', name: 'a' },
      { kind: 'parameters', name: 'b.c' },
    ]);
    expect(render(word, ({ kind, name }) => `<${kind} ${name}>`)).toBe('--x=<inputs a>/y:<parameters b.c>${d}');
  });

  it.each(['${}', '${inputs}', '${inputs.}', '${env.HOME}', '${inputs.a', '${ inputs.a }'])('refuses %s', (word) => {
    expect(referencesIn(word)).toMatchObject({ code: 'ASSAY_PIPELINE_PLACEHOLDER' });
  });

  it('are filled once: a value that looks like a placeholder stays', () => {
    expect(render('${parameters.a}', () => '${parameters.b}$&')).toBe('${parameters.b}$&');
  });

  it('write parameters as they are written, lists by commas', () => {
    expect(asArgument(['a', 1, true])).toEqual({ text: 'a,1,true' });
    expect(asArgument(0.1)).toEqual({ text: '0.1' });
    expect(asArgument(false)).toEqual({ text: 'false' });
    expect(asArgument([])).toEqual({ text: '' });
    for (const value of [null, { a: 1 }, [['a']], ['a,b'], [null], 'a\0'])
      expect(asArgument(value)).toHaveProperty('why');
  });
});
