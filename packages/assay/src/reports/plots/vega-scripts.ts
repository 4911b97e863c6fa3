import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Vega, Vega-Lite and vega-embed as their packages have them for browsers, in the order in which they need each other. */
export function vegaScripts(): readonly string[] {
  const require = createRequire(import.meta.url);
  const entries = {
    vega: require.resolve('vega'),
    'vega-lite': require.resolve('vega-lite'),
    'vega-embed': require.resolve('vega-embed'),
  };
  return Object.entries(entries).map(([name, entry]) => {
    const folder = dirname(entry);
    const script = readFileSync(join(folder, `${name}.min.js`), 'utf8');
    // Their licence asks that it goes with them.
    const licence = readFileSync(join(folder, '..', 'LICENSE'), 'utf8');
    return `/*! ${name}\n${licence.replaceAll('*/', '* /')}*/\n${script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '')}`;
  });
}
