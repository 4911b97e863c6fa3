import type { Output } from './output.ts';

interface Attributed {
  readonly start: number;
  readonly end: number;
  readonly attribution: number;
}

/** A text with its words marked: blue on words that spoke for the label, vermilion on those against, stronger for more. */
export function colouredWords(text: string, tokens: readonly Attributed[], output: Output): string {
  const most = Math.max(1e-12, ...tokens.map(({ attribution }) => Math.abs(attribution)));
  let at = 0;
  let out = '';
  for (const { start, end, attribution } of tokens) {
    out += text.slice(at, start) + mark(text.slice(start, end), attribution / most, output);
    at = end;
  }
  return wrap(out + text.slice(at), output.width);
}

function mark(word: string, share: number, output: Output): string {
  if (Math.abs(share) < 0.1) return word;
  const { isColorSupported, blue, red, bold } = output.colors;
  if (!isColorSupported) return Math.abs(share) < 0.33 ? word : `${word}(${share > 0 ? '+' : '−'})`;
  const coloured = share > 0 ? blue(word) : red(word);
  return Math.abs(share) >= 0.5 ? bold(coloured) : coloured;
}

/** Breaks at spaces; escape sequences take no room. */
function wrap(text: string, width: number): string {
  let column = 0;
  return text
    .split(' ')
    .map((word) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out of the count
      const length = word.replace(/\u001b\[\d+m/g, '').length;
      const breaks = column > 0 && column + 1 + length > width;
      column = breaks || column === 0 ? length : column + 1 + length;
      return breaks ? `\n${word}` : word;
    })
    .join(' ')
    .replaceAll(' \n', '\n');
}
