import { endsNumber, isDigit, skipComment } from './text-chars.ts';
import { isDay, timestampText } from './timestamp.ts';
import type { IonContent } from './value.ts';
import type { ByteWindow } from './window.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const UNDERSCORE = 0x5f;
const ZERO = 0x30;
const UPPER_T = 0x54;
const COLON = 0x3a;
/** Of a number's digits: turning very many into a number takes time that grows faster than they do. */
const MOST_DIGITS = 20_000;
const LARGEST_EXPONENT = 2 ** 31 - 1;

/** An int, float, decimal or timestamp; `pos` stands on its sign or first digit. */
export function readNumber(window: ByteWindow): IonContent {
  const start = window.pos;
  const negative = window.peek() === MINUS;
  if (negative) window.pos++;
  const first = window.pos;
  const leading = window.peek();
  if (leading === ZERO) {
    const radix = window.peekAt(1) | 0x20;
    if (radix === 0x78 || radix === 0x62) return readRadix(window, negative, radix === 0x78 ? 16 : 2);
  }
  let value = 0;
  let code = leading;
  while (isDigit(code)) {
    value = value * 10 + (code - ZERO);
    window.pos++;
    code = window.peek();
  }
  const length = window.pos - first;
  if (length === 4 && !negative && (code === MINUS || code === UPPER_T)) return readTimestamp(window, start, value);
  if (endsNumber(code)) {
    if (leading === ZERO && length > 1) window.fail('a number with a zero before it', start);
    if (length < 16) return { type: 'int', value: BigInt(negative ? -value : value) };
  }
  window.pos = first;
  const whole = readDigits(window, start);
  if (whole.length > 1 && leading === ZERO) window.fail('a number with a zero before it', start);
  let fraction = '';
  if (window.peek() === POINT) {
    window.pos++;
    if (isDigit(window.peek())) fraction = readDigits(window, start);
  } else if (endsHere(window)) {
    const int = BigInt(whole);
    return { type: 'int', value: negative ? -int : int };
  }
  const mark = window.peek() | 0x20;
  let exponent = 0;
  if (mark === 0x65 || mark === 0x64) {
    window.pos++;
    exponent = readExponent(window, start);
  }
  requireEnd(window, start);
  if (mark === 0x65) {
    return { type: 'float', value: Number(`${negative ? '-' : ''}${whole}.${fraction || '0'}e${exponent}`) };
  }
  const digits = whole + fraction;
  const coefficient = digits.length < 16 ? BigInt(Number(digits)) : BigInt(digits);
  return {
    type: 'decimal',
    coefficient: negative ? -coefficient : coefficient,
    exponent: exponent - fraction.length,
    negative,
  };
}

/** Whether what follows may stand behind a number; a comment may. */
function endsHere(window: ByteWindow): boolean {
  const code = window.peek();
  return endsNumber(code) || (code === 0x2f && skipComment(window));
}

export function requireEnd(window: ByteWindow, start: number): void {
  if (!endsHere(window)) window.fail('a character that is not part of the number before it');
  if (window.pos === start) window.fail('a number without digits');
}

/** Digits, with single underscores between them. */
function readDigits(window: ByteWindow, start: number): string {
  const first = window.pos;
  let underscores = false;
  for (;;) {
    const code = window.peek();
    if (code === UNDERSCORE) {
      underscores = true;
      if (!isDigit(window.peekAt(1)) || window.pos === first) window.fail('an underscore that is not between digits');
    } else if (!isDigit(code)) break;
    window.pos++;
  }
  if (window.pos === first) window.fail('a number without digits', start);
  if (window.pos - first > MOST_DIGITS) window.fail(`a number of more than ${MOST_DIGITS} digits`, start);
  const text = window.bytes.toString('latin1', first, window.pos);
  return underscores ? text.replaceAll('_', '') : text;
}

function readExponent(window: ByteWindow, start: number): number {
  const sign = window.peek();
  if (sign === MINUS || sign === PLUS) window.pos++;
  const first = window.pos;
  while (isDigit(window.peek())) window.pos++;
  if (window.pos === first) window.fail('an exponent without digits', start);
  const exponent = Number(window.bytes.toString('latin1', first, window.pos));
  if (exponent > LARGEST_EXPONENT) window.fail(`an exponent beyond ${LARGEST_EXPONENT}`, start);
  return sign === MINUS ? -exponent : exponent;
}

function readRadix(window: ByteWindow, negative: boolean, radix: 2 | 16): IonContent {
  const start = window.pos;
  window.pos += 2;
  const first = window.pos;
  while (/[0-9a-fA-F_]/.test(String.fromCharCode(window.peek()))) window.pos++;
  const text = window.bytes.toString('latin1', first, window.pos);
  const form = radix === 16 ? /^[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*$/ : /^[01]+(?:_[01]+)*$/;
  if (!form.test(text)) window.fail(`not an int to base ${radix}`, start);
  if (text.length > MOST_DIGITS) window.fail(`a number of more than ${MOST_DIGITS} digits`, start);
  requireEnd(window, start);
  const value = BigInt(`0${radix === 16 ? 'x' : 'b'}${text.replaceAll('_', '')}`);
  return { type: 'int', value: negative ? -value : value };
}

/** `pos` stands behind the year. */
function readTimestamp(window: ByteWindow, start: number, year: number): IonContent {
  const timestamp = (text: string): IonContent => {
    requireEnd(window, start);
    return { type: 'timestamp', text };
  };
  const taken = (expected: number) => {
    if (window.peek() !== expected) return false;
    window.pos++;
    return true;
  };
  if (year < 1) window.fail('a year before 1', start);
  if (taken(UPPER_T)) return timestamp(timestampText({ year }));
  window.pos++;
  const month = readTwo(window, start, 12);
  if (!isDay(year, month, 1)) window.fail('a month that there is not', start);
  if (taken(UPPER_T)) return timestamp(timestampText({ year, month }));
  if (!taken(MINUS)) window.fail('a date that breaks off: a month ends with T', start);
  const day = readTwo(window, start, 31);
  if (!isDay(year, month, day)) window.fail('a day that there is not', start);
  if (!taken(UPPER_T) || !isDigit(window.peek())) return timestamp(timestampText({ year, month, day }));
  const hour = readTwo(window, start, 23);
  if (!taken(COLON)) window.fail('an hour without minutes', start);
  const minute = readTwo(window, start, 59);
  let second: number | undefined;
  let fraction: string | undefined;
  if (taken(COLON)) {
    second = readTwo(window, start, 59);
    if (taken(POINT)) {
      const first = window.pos;
      while (isDigit(window.peek())) window.pos++;
      if (window.pos === first) window.fail('seconds with a point and no digits behind it', start);
      if (window.pos - first > MOST_DIGITS) window.fail(`a number of more than ${MOST_DIGITS} digits`, start);
      fraction = window.bytes.toString('latin1', first, window.pos);
    }
  }
  const offset = readOffset(window, start);
  return timestamp(
    timestampText({
      year,
      month,
      day,
      hour,
      minute,
      ...(second === undefined ? {} : { second }),
      ...(fraction === undefined ? {} : { fraction }),
      ...(offset === undefined ? {} : { offset }),
    }),
  );
}

function readTwo(window: ByteWindow, start: number, most: number): number {
  const tens = window.peek();
  const ones = window.peekAt(1);
  if (!isDigit(tens) || !isDigit(ones)) window.fail('a timestamp that lacks two digits', start);
  const value = (tens - ZERO) * 10 + (ones - ZERO);
  if (value > most) window.fail(`${value} is too much for this part of a timestamp`);
  window.pos += 2;
  return value;
}

/** Minutes; undefined for `-00:00`. */
function readOffset(window: ByteWindow, start: number): number | undefined {
  const sign = window.peek();
  if (sign === 0x5a) {
    window.pos++;
    return 0;
  }
  if (sign !== PLUS && sign !== MINUS) window.fail('a time of day without an offset', start);
  window.pos++;
  const hours = readTwo(window, start, 23);
  if (window.peek() !== COLON) window.fail('an offset without minutes', start);
  window.pos++;
  const minutes = hours * 60 + readTwo(window, start, 59);
  if (sign === PLUS) return minutes;
  return minutes === 0 ? undefined : -minutes;
}
