import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Vega, Vega-Lite and vega-embed as their packages have them for browsers, in the order in which they need each other. */
export function vegaScripts(): readonly string[] {
  const require = createRequire(import.meta.url);
  return ['vega', 'vega-lite', 'vega-embed'].map((name) => {
    const folder = dirname(require.resolve(name));
    const script = readFileSync(join(folder, `${name}.min.js`), 'utf8');
    // Their licence asks that it goes with them.
    const licence = readFileSync(join(folder, '..', 'LICENSE'), 'utf8');
    return `/*! ${name}\n${licence.replaceAll('*/', '* /')}*/\n${script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '')}`;
  });
}
