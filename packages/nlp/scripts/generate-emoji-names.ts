/**
 * Writes src/labelers/vader/emoji-names.generated.ts: the short names of the emojis of Unicode Emoji 11.0, as VADER
 * spells them. The names come from the npm package `emoji.json` at 11.0.0, fetched into a temporary folder; VADER's own
 * spellings, where they differ, are listed below and held against PyPI's vaderSentiment by `vader-oracle.ts`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const spelledOtherwise: Readonly<Record<string, string>> = {
  '🎒': 'school backpack',
  '🥿': 'woman’s flat shoe',
  '🧱': 'bricks',
  '🏻': 'light skin tone',
  '🏼': 'medium-light skin tone',
  '🏽': 'medium skin tone',
  '🏾': 'medium-dark skin tone',
  '🏿': 'dark skin tone',
};

const folder = mkdtempSync(join(tmpdir(), 'emoji-names-'));
try {
  execFileSync('npm', ['pack', '--silent', 'emoji.json@11.0.0'], { cwd: folder });
  execFileSync('tar', ['xzf', 'emoji.json-11.0.0.tgz'], { cwd: folder });
  const emojis: { char: string; name: string }[] = JSON.parse(
    readFileSync(join(folder, 'package', 'emoji.json'), 'utf8'),
  );
  const names = new Map<string, string>();
  // VADER looks at one code point at a time: a sequence is read as its parts, the variation selector falls away.
  for (const { char, name } of emojis) {
    // Unicode marks with ⊛ what was new in that version.
    const bare = char.replace(/\ufe0f$/u, '');
    if ([...bare].length === 1) names.set(bare, name.replace(/^⊛ /u, ''));
  }
  for (const [emoji, name] of Object.entries(spelledOtherwise)) names.set(emoji, name);
  const lines = [...names].map(([emoji, name]) => emoji + name).join('\n');
  const target = new URL('../src/labelers/vader/emoji-names.generated.ts', import.meta.url);
  writeFileSync(
    target,
    `// Written by scripts/generate-emoji-names.ts from Unicode's emoji data 11.0 (Unicode License, unicode.org/license.txt).
/** One emoji a line, a single code point, followed by its name. */
export const emojiNames = \`${lines}\`;
`,
  );
  console.log(`${names.size} names`);
} finally {
  rmSync(folder, { recursive: true });
}
