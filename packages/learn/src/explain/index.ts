export {
  type AttributedToken,
  type Explanation,
  type IntegratedGradientsOptions,
  integratedGradients,
} from './integrated-gradients.ts';
