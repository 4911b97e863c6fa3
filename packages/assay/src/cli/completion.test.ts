import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { main } from './main.ts';

let script = '';
beforeAll(async () => {
  await main(['completion', '--shell', 'bash'], { stdout: { write: (text) => (script += text) } });
});

/** What bash would offer for the last of the words. */
function offered(...words: string[]): readonly string[] {
  const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _assay`;
  const text = execFileSync('bash', ['-c', `${script}\n${ask}\nprintf '%s\\n' "\${COMPREPLY[@]}"`], {
    encoding: 'utf8',
  });
  return text.split('\n').filter((line) => line !== '');
}

it('offers commands, those of a group, and their switches', () => {
  expect(offered('assay', 'pu')).toEqual(['push', 'pull']);
  expect(offered('assay', 'exp', 'ren')).toEqual(['rename']);
  expect(offered('assay', 'exp', 'show', '--sort')).toEqual(['--sort-by', '--sort-order']);
  expect(offered('assay', 'push', 'data', '--all-b')).toEqual(['--all-branches']);
  expect(offered('assay', 'add', 'da')).toEqual([]);
});

it('refuses a shell that it does not know', async () => {
  let err = '';
  expect(await main(['completion', '-s', 'fish'], { stderr: { write: (text) => (err += text) } })).not.toBe(0);
  expect(err).toContain('ASSAY_CLI_VALUE');
});
