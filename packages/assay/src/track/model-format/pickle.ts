import { AssayError } from '../../errors.ts';
import { counted, type ModelDescription } from './description.ts';
import { OPCODES, type Opcode } from './pickle-opcodes.ts';
import { damage, type Source, shown } from './source.ts';

const MOST_STEPS = 5_000_000;
const DEEPEST_STACK = 1_000_000;
const MOST_PICKLES = 100;
const MOST_IMPORTS = 10_000;
/** Opcodes that call what was imported. */
const CALLS = 'Rio\x81\x92b';
const LONGEST_NAME = 4096;
/** What an import's name is called where the pickle computes it. */
const COMPUTED = '(computed)';
const MARK = Symbol('mark');
/** Texts are kept, since imports are named by them; of every other value only that it is there. */
type Item = string | typeof MARK | undefined;

/** What walking over pickles found; nothing of them was carried out. */
export interface PickleWalk {
  /** `module.name` of everything that loading would import, in order of the alphabet. */
  readonly imports: readonly string[];
  readonly pickles: number;
  readonly protocol: number;
  /** Whether something would be called. */
  readonly calls: boolean;
  /** Where the last whole pickle ends. */
  readonly end: number;
  /** Why the walk stopped before the end of a pickle. Loading would have run what stands before. */
  readonly stopped: AssayError | undefined;
}

interface Progress {
  protocol: number;
  steps: number;
  calls: boolean;
}

/** Walks the opcodes of the pickles that stand one after another at the beginning of a file. */
export function walkPickles(source: Source): PickleWalk {
  const imports = new Set<string>();
  const walk: Progress = { protocol: 0, steps: 0, calls: false };
  let [at, pickles] = [0, 0];
  try {
    do {
      at = walkOne(source, at, imports, walk);
      pickles++;
    } while (pickles < MOST_PICKLES && at + 1 < source.size && source.byte(at, 'a pickle') === 0x80);
    return {
      imports: [...imports].sort(),
      pickles,
      protocol: walk.protocol,
      calls: walk.calls,
      end: at,
      stopped: undefined,
    };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return {
      imports: [...imports].sort(),
      pickles,
      protocol: walk.protocol,
      calls: walk.calls,
      end: at,
      stopped: error,
    };
  }
}

/** @returns where the pickle ends */
function walkOne(source: Source, start: number, imports: Set<string>, walk: Progress) {
  const stack: Item[] = [];
  const memo = new Map<string, Item>();
  let at = start;
  const take = (length: number, what: string) => {
    const bytes = source.bytes(at, length, what);
    at += length;
    return bytes;
  };
  const line = (): string => {
    const from = at;
    while (source.byte(at, 'a line') !== 0x0a) at++;
    at++;
    return at - from > LONGEST_NAME ? COMPUTED : shown(source.bytes(from, at - 1 - from, 'a line'));
  };
  const found = (module: Item, name: Item) => {
    // Never left out in silence: harmless names could hide the one that matters.
    if (imports.size >= MOST_IMPORTS) throw damage(source.name, at, `more than ${MOST_IMPORTS} imports`);
    imports.add(`${typeof module === 'string' ? module : COMPUTED}.${typeof name === 'string' ? name : COMPUTED}`);
  };
  const pop = (): Item => {
    if (stack.length === 0) throw damage(source.name, at, 'the pickle takes more from its stack than is on it');
    return stack.pop();
  };
  /** The argument as a text where it is one, or as digits. */
  const argumentOf = (code: string, { argument }: Opcode): string | undefined => {
    if (argument === 'line') return code === 'S' ? line().trim().slice(1, -1) : line();
    if (argument === 'lines') {
      found(line(), line());
      return undefined;
    }
    if (typeof argument === 'number') return argument > 0 ? String(little(take(argument, 'an argument'))) : undefined;
    const length = little(take(argument.length, 'a length'));
    if (length > source.size - at) {
      throw damage(source.name, at, `a value claims ${length} bytes, and ${source.size - at} are left`);
    }
    const isName = 'UTX\x8c\x8d'.includes(code) && length <= LONGEST_NAME;
    if (isName) return shown(take(length, 'a text'));
    at += length;
    return undefined;
  };
  for (;;) {
    if (++walk.steps > MOST_STEPS) throw damage(source.name, at, `more than ${MOST_STEPS} opcodes`);
    const byte = source.byte(at, 'a pickle');
    const opcode = OPCODES.get(byte);
    if (opcode === undefined) throw damage(source.name, at, `no opcode of a pickle: 0x${byte.toString(16)}`);
    at++;
    const code = String.fromCharCode(byte);
    const argument = argumentOf(code, opcode);
    if (code === '\x80') walk.protocol = Math.max(walk.protocol, Number(argument));
    if ('\x82\x83\x84'.includes(code)) found('copyreg', `extension ${argument}`);
    if (code === 'p' || code === 'q' || code === 'r') memo.set(argument!, stack.at(-1));
    if (code === '\x94') memo.set(String(memo.size), stack.at(-1));
    if (memo.size > DEEPEST_STACK) throw damage(source.name, at, `more than ${DEEPEST_STACK} values are remembered`);
    if (code === '\x93') {
      const name = pop();
      found(pop(), name);
      stack.push(undefined);
      continue;
    }
    if (opcode.pops === 'mark') while (pop() !== MARK);
    else for (let i = 0; i < opcode.pops; i++) pop();
    if (CALLS.includes(code)) walk.calls = true;
    if (code === '.') return at;
    if (code === '2') stack.push(stack.at(-1));
    else if (code === 'g' || code === 'h' || code === 'j') stack.push(memo.get(argument!));
    else if (opcode.pushes > 0) stack.push(code === '(' ? MARK : 'SUVTX\x8c\x8d'.includes(code) ? argument : undefined);
    if (stack.length > DEEPEST_STACK) throw damage(source.name, at, `a stack deeper than ${DEEPEST_STACK}`);
  }
}

function little(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

/** The number with which the old files of torch.save begin, as a pickle of its own. */
const TORCH = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');

/**
 * Pickles of protocol 2 and above by their first byte. Older ones may begin with any opcode: they are recognised where the
 * whole file is one, or where something that was imported would be called, whatever stands after it.
 */
export function describePickle(source: Source): ModelDescription | undefined {
  if (source.size < 2) return undefined;
  const [first, second] = source.bytes(0, 2, 'the beginning');
  const isNew = first === 0x80 && second! <= 5;
  if (!isNew && !OPCODES.has(first!)) return undefined;
  const walk = walkPickles(source);
  const isOld = (walk.pickles === 1 && walk.end === source.size) || (walk.imports.length > 0 && walk.calls);
  if (!isNew && !isOld) return undefined;
  const isTorch = source.size > TORCH.length && TORCH.equals(source.bytes(0, TORCH.length, 'the beginning'));
  return pickleDescription(isTorch ? 'torch' : 'pickle', walk, isTorch ? { layout: 'legacy' } : {});
}

export function pickleDescription(
  format: 'pickle' | 'torch',
  walk: PickleWalk,
  details: Readonly<Record<string, unknown>>,
): ModelDescription {
  const { imports, pickles, protocol, stopped } = walk;
  const listed = imports.slice(0, 20).join(', ') + (imports.length > 20 ? `, … (${imports.length})` : '');
  const within = format === 'torch' ? 'holds a pickle, ' : '';
  const unread = stopped === undefined ? '' : `; only read to a place: ${stopped.message}`;
  const unpickled = pickles > 1 ? ` (${counted(pickles, 'pickle')})` : '';
  return {
    format,
    executable: true,
    summary: `${within}executable when loaded${unpickled}: ${listed || 'nothing imported'}${unread}`,
    details: { ...details, protocol, pickles, imports, stopped: stopped?.message ?? null },
  };
}
