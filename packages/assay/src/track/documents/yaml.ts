import { yaml } from '../../lazy-yaml.ts';
import { DEEPEST, MOST_VALUES, refuse } from './refusal.ts';
import { decimalOf, parseDecimal, type Value } from './value.ts';

/**
 * YAML 1.2 (core schema) with numbers as exact decimals. Aliases are written out, and counted.
 * @throws AssayError `ASSAY_TRACK_DOCUMENT` with line and column
 */
export function parseYaml(name: string, text: string): Value {
  const { isAlias, isMap, isNode, isScalar, isSeq, parseDocument } = yaml();
  const document = readDocument();
  const [problem] = document.errors;
  if (problem) {
    throw refuse(name, text, problem.pos[0], messageOf(problem));
  }
  let count = 0;
  const anchors = new Map<string, unknown>();
  const walk = (node: unknown, depth: number, isCopy: boolean): Value => {
    const at = startOf(node);
    if (depth > DEEPEST) throw refuse(name, text, at, `nested deeper than ${DEEPEST}`);
    if (++count > MOST_VALUES) throw refuse(name, text, at, `more than ${MOST_VALUES} values, aliases written out`);
    // Not by the library's own look-up, which goes through the document for each alias.
    if (!isCopy && isNode(node) && 'anchor' in node && node.anchor) anchors.set(String(node.anchor), node);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw refuse(name, text, at, `there is no anchor ${node.source} before it`);
      return walk(target, depth + 1, true);
    }
    if (isSeq(node)) return { at, type: 'list', value: node.items.map((item) => walk(item, depth + 1, isCopy)) };
    if (isMap(node)) {
      const entries = new Map<string, Value>();
      for (const { key, value } of node.items) {
        const keyText = isScalar(key) ? (key.source ?? String(key.value)) : undefined;
        if (keyText === undefined) throw refuse(name, text, startOf(key), 'a key must be a plain value');
        if (entries.has(keyText)) throw refuse(name, text, startOf(key), `the key ${keyText} stands twice`);
        entries.set(keyText, walk(value, depth + 1, isCopy));
      }
      return { at, type: 'map', value: entries };
    }
    return isScalar(node) ? scalar(at, node.value, node.source ?? '') : { at, type: 'null' };
  };
  const scalar = (at: number, value: unknown, source: string): Value => {
    if (typeof value === 'boolean') return { at, type: 'boolean', value };
    if (typeof value === 'number' || typeof value === 'bigint') {
      const exact = /^0[xo]/.test(source) ? decimalOf(BigInt(source), 0) : parseDecimal(source);
      return exact ? { at, type: 'number', value: exact } : { at, type: 'not-a-number', value: String(value) };
    }
    if (typeof value !== 'string') return { at, type: 'null' };
    if (!value.isWellFormed()) throw refuse(name, text, at, 'a surrogate stands alone');
    return { at, type: 'text', value };
  };
  return walk(document.contents, 0, false);

  function readDocument() {
    try {
      return parseDocument(text, { schema: 'core', intAsBigInt: true });
    } catch (error) {
      if (error instanceof RangeError) throw refuse(name, text, 0, 'nested too deep');
      throw error;
    }
  }
}

function messageOf({ message }: { readonly message: string }): string {
  if (message.startsWith('Maximum call stack')) return 'nested too deep';
  return message.split(/ at line \d/)[0] ?? message;
}

function startOf(node: unknown): number {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : 0;
}
