import type { Labeler } from '../labeler.ts';
import type { ServiceSettings, ServiceSurroundings } from './service-settings.ts';

export type { ServiceSettings, ServiceSurroundings } from './service-settings.ts';

type Maker = (settings: ServiceSettings, surroundings: ServiceSurroundings) => Promise<Labeler>;

// Each is loaded when it is asked for: a word list needs no SDK.
const makers: Readonly<Record<string, Maker>> = {
  comprehend: async (settings) => (await import('./comprehend.ts')).comprehendLabeler(settings),
  google: async (settings, around) => (await import('./google.ts')).googleLabeler(settings, around),
  watson: async (settings, around) => (await import('./watson.ts')).watsonLabeler(settings, around),
  'watson-emotion': async (settings, around) => (await import('./watson.ts')).watsonEmotionLabeler(settings, around),
  azure: async (settings, around) => (await import('./azure.ts')).azureLabeler(settings, around),
};

export const serviceLabelerNames: readonly string[] = Object.keys(makers);

/** A labeler that asks a service, by its name; undefined where none has it. */
export function serviceLabeler(
  name: string,
  settings: ServiceSettings,
  surroundings: ServiceSurroundings,
): Promise<Labeler> | undefined {
  return Object.hasOwn(makers, name) ? makers[name]!(settings, surroundings) : undefined;
}
