import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../packages/assay/src/cli/commands.ts';
import { shellBlocks, words } from './doc-commands.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const problems: string[] = [];

// Every error code in the source stands in the reference, and every one there is in the source.
const variables = new Set(
  [...read('docs/reference/cli.md').matchAll(/`(ASSAY_[A-Z0-9_]+)`/g)].map(([, name]) => name!),
);
const inSource = new Map<string, string>();
for (const file of globSync('packages/*/{src,bin}/**/*.{ts,tsx,js}', { cwd: root })) {
  if (/\.test\.tsx?$/.test(file)) continue;
  for (const [, code] of read(file).matchAll(/(?:['"`]|error )(ASSAY_[A-Z0-9_]+)\b/g)) {
    if (!variables.has(code!) && !code!.endsWith('_')) inSource.set(code!, file);
  }
}
const inReference = new Set(
  [...read('docs/reference/errors.md').matchAll(/^\| `(ASSAY_[A-Z0-9_]+)`/gm)].map(([, code]) => code!),
);
for (const [code, file] of inSource) {
  if (!inReference.has(code)) problems.push(`docs/reference/errors.md: ${code} (${file}) is missing`);
}
for (const code of inReference) {
  if (!inSource.has(code) && !variables.has(code))
    problems.push(`docs/reference/errors.md: ${code} is not in the source`);
}

// Every command in the docs exists, with those options and that many arguments.
const everywhere = new Set(['-C', '--json', '--no-color', '--help', '-h']);
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
const files = ['README.md', 'CONTRIBUTING.md', ...globSync('{docs,examples,bench,packages}/**/*.md', { cwd: root })];
for (const file of files.filter((name) => !name.includes('node_modules'))) {
  for (const { line, text } of shellBlocks(read(file)).flatMap((block) => block.lines)) {
    const complain = (what: string) => problems.push(`${file}:${line}: \`${text}\`: ${what}`);
    const parts = words(text);
    if (parts[0] === 'npm' && parts[1] === 'run' && !scripts.includes(parts[2] ?? '')) complain('no such script');
    const start = parts[0] === 'npx' ? 1 : 0;
    if (parts[start] !== 'assay') continue;
    let rest = parts.slice(start + 1);
    while (rest[0]?.startsWith('-')) rest = rest.slice(rest[0] === '-C' ? 2 : 1);
    if (rest.length === 0 || rest[0] === 'help') continue;
    const name = Object.keys(commands)
      .sort((a, b) => b.length - a.length)
      .find((path) => path.split(' ').every((word, i) => rest[i] === word));
    if (!name) {
      complain('no such command');
      continue;
    }
    const { command } = await commands[name]!.load();
    const options = new Map<string, boolean>();
    for (const [key, option] of Object.entries(command.options ?? {})) {
      options.set(`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, option.value !== undefined);
      if (option.short) options.set(`-${option.short}`, option.value !== undefined);
    }
    let positional = 0;
    const tail = rest.slice(name.split(' ').length);
    for (let i = 0; i < tail.length; i++) {
      const word = tail[i]!;
      if (word === '>' || word === '|' || word === '&&') break;
      if (!word.startsWith('-') || word === '-') positional++;
      else if (options.has(word.split('=')[0]!)) i += options.get(word) && !word.includes('=') ? 1 : 0;
      else if (word === '-C') i++;
      else if (!everywhere.has(word)) complain(`no option ${word}`);
    }
    const declared = command.arguments ?? [];
    const least = declared.filter((argument) => !argument.startsWith('[')).length;
    const most = declared.some((argument) => argument.includes('...')) ? Infinity : declared.length;
    if (!tail.includes('--help') && (positional < least || positional > most))
      complain(`takes ${declared.join(' ') || 'no arguments'}`);
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
