/** A group of neighbouring words; a leaf has no children. */
export interface PartitionNode {
  /** The words from `from` up to `to`, not included. */
  readonly from: number;
  readonly to: number;
  readonly children?: readonly [PartitionNode, PartitionNode];
}

interface Group {
  readonly node: PartitionNode;
  /** Its first and its last piece. */
  readonly first: Piece;
  readonly last: Piece;
}

interface Piece {
  readonly text: string;
  isBalanced: boolean;
}

const openers: Readonly<Record<string, string>> = { '(': ')' };
const closers = new Set(Object.values(openers));
const connectors = new Set(['but', 'and', 'or']);
const sentenceEnds = new Set(['.', '?', '!']);

/**
 * A binary tree over the pieces of a text, as the text masker of SHAP builds it: of all neighbouring groups the pair with
 * the best score is joined, until one is left. Small groups are joined first; across connectors, commas and ends of
 * sentences late.
 *
 * @param segments the pieces, each with what stands behind it.
 */
export function partitionTree(segments: readonly string[]): PartitionNode {
  const groups: Group[] = [];
  segments.forEach((segment, i) => {
    const joined =
      i > 0 && !/\W$/u.test(segments[i - 1]!) && /^[A-Za-z]/u.test(segment) && segments[i - 1]!.trim() !== '';
    const text = (joined ? '##' : '') + segment.trim();
    const piece: Piece = { text, isBalanced: !(text in openers) && !closers.has(text) };
    groups.push({ node: { from: i, to: i + 1 }, first: piece, last: piece });
  });
  const scores = groups.slice(1).map((group, i) => mergeScore(groups[i]!, group));
  while (groups.length > 1) {
    let at = 0;
    for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[at]!) at = i;
    const [left, right] = [groups[at]!, groups[at + 1]!];
    if (openers[left.first.text] !== undefined && right.last.text === openers[left.first.text]) {
      left.first.isBalanced = true;
      right.last.isBalanced = true;
    }
    const node: PartitionNode = { from: left.node.from, to: right.node.to, children: [left.node, right.node] };
    groups.splice(at, 2, { node, first: left.first, last: right.last });
    scores.splice(at, 1);
    if (at > 0) scores[at - 1] = mergeScore(groups[at - 1]!, groups[at]!);
    if (at < scores.length) scores[at] = mergeScore(groups[at]!, groups[at + 1]!);
  }
  return groups[0]!.node;
}

function mergeScore(left: Group, right: Group): number {
  const sizes = [left.node.to - left.node.from, right.node.to - right.node.from] as const;
  const [before, after] = [left.last.text, right.first.text];
  let score = -sizes[0] - sizes[1];
  if (after.startsWith('##')) score += 20;
  if (after === "'" && (sizes[1] === 1 || (sizes[1] === 2 && ['t', 's'].includes(right.last.text)))) score += 15;
  if (before === "'" && ['t', 's'].includes(after)) score += 15;
  const opensControl = /^\[.*\]$/u.test(left.first.text);
  const closesControl = /^\[.*\]$/u.test(right.last.text);
  if (opensControl !== closesControl) score -= 1000;
  if (after in openers && !right.first.isBalanced) score -= 100;
  if (closers.has(before) && !left.last.isBalanced) score -= 100;
  if (left.first.text in openers) score -= 2;
  if (connectors.has(before) || connectors.has(after)) score -= 2;
  if (before === ',') score -= 10;
  if (after === ',') score -= sizes[1] > 1 ? 10 : 1;
  if (sentenceEnds.has(before)) score -= 20;
  if (sentenceEnds.has(after)) score -= sizes[1] > 1 ? 20 : 1;
  return score;
}
