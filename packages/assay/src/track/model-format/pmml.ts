import { counted, MOST_LISTED, type ModelDescription, type Port } from './description.ts';
import { damage, printable, type Source } from './source.ts';

/** Elements of a PMML document that come before its model. */
const BEFORE_MODEL = new Set(['Header', 'MiningBuildTask', 'DataDictionary', 'TransformationDictionary', 'Extension']);
/** So much is looked through for the model's element. */
const HEAD = 16 * 2 ** 20;
const DEEPEST = 100;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const ATTRIBUTE = /\s+([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/gy;

/** PMML up to its model's element. Entities other than XML's own five are refused, and so is a DOCTYPE. */
export function describePmml(source: Source): ModelDescription | undefined {
  const head = Buffer.from(source.bytes(0, Math.min(source.size, 512), 'the beginning')).toString('latin1');
  if (!/^(?:\u00ef\u00bb\u00bf)?\s*</.test(head)) return undefined;
  const isNamed = /\.pmml$/i.test(source.name);
  // Most XML is something else: its root tells, or its DOCTYPE.
  if (!isNamed && !/<(?:!DOCTYPE\s+)?PMML[\s>]/.test(head)) return undefined;
  const text = Buffer.from(source.bytes(0, Math.min(source.size, HEAD), 'the document')).toString('latin1');
  return readPmml(source.name, text);
}

/** `text` has a character for each byte, so that places are bytes. */
function readPmml(name: string, text: string): ModelDescription | undefined {
  const open: string[] = [];
  const fields: Port[] = [];
  let [version, application, count] = ['', '', 0];
  let at = text.indexOf('<');
  const skip = (until: string) => {
    const end = text.indexOf(until, at);
    if (end < 0) throw damage(name, at, `it ends before ${until}`);
    return end + until.length;
  };
  for (; at >= 0; at = text.indexOf('<', at)) {
    if (text.startsWith('<!DOCTYPE', at))
      throw damage(name, at, 'a DOCTYPE is refused: it can name entities and files');
    if (text.startsWith('<!--', at)) at = skip('-->');
    else if (text.startsWith('<![CDATA[', at)) at = skip(']]>');
    else if (text.startsWith('<?', at)) at = skip('?>');
    else if (text.startsWith('</', at)) {
      const end = skip('>');
      const closed = text.slice(at + 2, end - 1).trim();
      if (open.pop() !== closed) throw damage(name, at, `</${printable(closed).slice(0, 100)}> closes nothing`);
      at = end;
    } else {
      const tag = tagAt(name, text, at);
      const element = tag.element.replace(/^.*:/, '');
      if (open.length === 0) {
        if (element !== 'PMML') return undefined;
        version = tag.attributes.get('version') ?? '';
      } else if (open.length === 1 && !BEFORE_MODEL.has(element)) {
        const model = `${element}, ${counted(count, 'data field')}`;
        const made = application && `, by ${application}`;
        return {
          format: 'pmml',
          executable: false,
          summary: `version ${version || 'unknown'}, ${model}${made}`,
          inputs: fields,
          details: { version, model: element, function: tag.attributes.get('functionName') ?? null, application },
        };
      }
      if (element === 'Application') application = tag.attributes.get('name') ?? '';
      if (element === 'DataField' && ++count <= MOST_LISTED) {
        const type = ['dataType', 'optype'].map((key) => tag.attributes.get(key) ?? '?').join(', ');
        fields.push({ name: tag.attributes.get('name') ?? '', type });
      }
      if (!tag.isClosed) open.push(tag.element);
      if (open.length > DEEPEST) throw damage(name, at, `elements nested deeper than ${DEEPEST}`);
      at = tag.end;
    }
  }
  throw damage(name, text.length, 'no model before the end');
}

function tagAt(name: string, text: string, at: number) {
  const element = /^[A-Za-z_][\w:.-]*/.exec(text.slice(at + 1, at + 200))?.[0];
  if (element === undefined) throw damage(name, at, 'no element of XML');
  const attributes = new Map<string, string>();
  let end = at + 1 + element.length;
  for (;;) {
    ATTRIBUTE.lastIndex = end;
    const found = ATTRIBUTE.exec(text);
    if (found === null) break;
    end = ATTRIBUTE.lastIndex;
    if (attributes.size > 1000) throw damage(name, end, 'more than 1000 attributes');
    const value = Buffer.from((found[2] ?? found[3])!.slice(0, 4096), 'latin1').toString('utf8');
    attributes.set(found[1]!, printable(decoded(name, end, value)));
  }
  const close = /^\s*(\/?)>/.exec(text.slice(end, end + 1000));
  if (close === null) throw damage(name, end, `<${element}> is not closed, or has an attribute out of form`);
  return { element, attributes, isClosed: close[1] === '/', end: end + close[0].length };
}

function decoded(name: string, at: number, value: string): string {
  return value.replace(/&([^;&]*);?/g, (_, entity: string) => {
    const code = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(entity);
    const point = code ? Number.parseInt(code[1] ?? code[2]!, code[1] === undefined ? 10 : 16) : undefined;
    const known = point !== undefined && point <= 0x10ffff ? String.fromCodePoint(point) : ENTITIES[entity];
    if (known === undefined) throw damage(name, at, `the entity &${printable(entity).slice(0, 50)}; is not taken`);
    return known;
  });
}
