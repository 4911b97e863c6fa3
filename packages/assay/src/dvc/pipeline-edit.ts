import type { YAMLMap } from 'yaml';
import { AssayError } from '../errors.ts';
import { yaml } from '../lazy-yaml.ts';
import type { Fields } from './template.ts';
import { formatYaml, formatYamlDocument, parseYamlDocument } from './yaml.ts';

/**
 * The text of a `dvc.yaml` with a stage changed, added or removed; comments and everything else stay.
 * @param change is given the stage's fields as written, or undefined; undefined removes the stage
 * @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_PIPELINE`
 */
export function editPipelineStage(
  text: string,
  file: string,
  name: string,
  change: (fields: Fields | undefined) => Fields | undefined,
): string {
  if (text.trim() === '') {
    const fields = change(undefined);
    return fields === undefined ? text : formatYaml({ stages: { [name]: fields } });
  }
  const { isMap } = yaml();
  const document = parseYamlDocument(text, file);
  const stages = document.get('stages');
  if (stages !== undefined && stages !== null && !isMap(stages)) {
    throw new AssayError('ASSAY_DVC_PIPELINE', `${file}: \`stages\` is no map`, { hint: 'Correct the file.' });
  }
  const stage = isMap(stages) ? stages.get(name) : undefined;
  const before = isMap(stage) ? (stage.toJS(document) as Fields) : undefined;
  const after = change(before);
  if (after === undefined) document.deleteIn(['stages', name]);
  else if (before === undefined) document.setIn(['stages', name], document.createNode(after));
  else editFields(document, stage as YAMLMap, before, after);
  return formatYamlDocument(document);
}

function editFields(document: ReturnType<typeof parseYamlDocument>, map: YAMLMap, before: Fields, after: Fields): void {
  const { isPair, isScalar } = yaml();
  for (const key of Object.keys(before)) if (!(key in after)) map.delete(key);
  for (const [key, value] of Object.entries(after)) {
    if (key in before && before[key] === value) continue;
    const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
    const node = document.createNode(value);
    if (pair) pair.value = node;
    else map.set(key, node);
  }
}
