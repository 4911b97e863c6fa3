import { badOption } from './check-count.ts';
import type { BlackBoxExplanation, ExplanationMethod } from './explanation.ts';
import { type KernelShapOptions, kernelShap } from './kernel-shap.ts';
import { type LimeOptions, lime } from './lime.ts';
import { type OcclusionOptions, occlusion } from './occlusion.ts';
import { type PartitionShapOptions, partitionShap } from './partition-shap.ts';
import type { TextModel } from './text-model.ts';

type BlackBoxMethod = Exclude<ExplanationMethod, 'integrated-gradients'>;

export type ExplainOptions = LimeOptions & KernelShapOptions & PartitionShapOptions & OcclusionOptions;

const methods: Readonly<
  Record<BlackBoxMethod, (model: TextModel, text: string, options: ExplainOptions) => Promise<BlackBoxExplanation>>
> = { lime, 'kernel-shap': kernelShap, 'partition-shap': partitionShap, occlusion };

/** The methods that need nothing of a model but its answers. */
export const blackBoxMethods = Object.keys(methods) as readonly BlackBoxMethod[];

/** Explains a text by the named method; each takes of the options what it knows. Throws as `lime`. */
export async function explainText(
  model: TextModel,
  text: string,
  { method, ...options }: ExplainOptions & { readonly method: BlackBoxMethod },
): Promise<BlackBoxExplanation> {
  if (!Object.hasOwn(methods, method)) {
    throw badOption(`method must be one of ${blackBoxMethods.join(', ')}, not ${method}`);
  }
  return methods[method](model, text, options);
}
