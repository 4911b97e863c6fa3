import { integratedGradients, type TextClassifier } from '@assay/learn';
import type { ObjectStore } from '../objects/index.ts';
import { loadClassifier } from '../serving/index.ts';
import type { Explainer } from './dependencies.ts';

/** Models kept in memory. */
const mostKept = 3;

/** Explains with models from the object store; each is loaded once. */
export function openExplainer(objects: ObjectStore): Explainer {
  const loaded = new Map<string, Promise<TextClassifier>>();
  return async (version, { text, label }) => {
    const { hash } = version.sealed;
    let model = loaded.get(hash);
    if (!model) {
      if (loaded.size >= mostKept) loaded.delete(loaded.keys().next().value ?? '');
      model = loadClassifier(version, objects);
      loaded.set(hash, model);
      model.catch(() => loaded.delete(hash));
    }
    const classifier = await model;
    const [prediction] = classifier.predict([text]);
    const { target, tokens, delta } = integratedGradients(
      classifier,
      text,
      label === undefined ? {} : { target: label },
    );
    return {
      label: target,
      predicted: prediction!.label,
      probabilities: prediction!.probabilities,
      tokens: tokens.map(({ start, end, attribution }) => ({ start, end, text: text.slice(start, end), attribution })),
      delta,
    };
  };
}
