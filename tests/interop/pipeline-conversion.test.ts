// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pipelines
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Repository } from './repository.ts';

let repository: Repository;
const made = ['build/sorted.txt', 'build/deep/count.json', 'quoted.txt'];
const contents = () => made.map((name) => readFileSync(join(repository.root, name), 'utf8'));
const clear = () => {
  for (const name of ['build', 'quoted.txt']) rmSync(join(repository.root, name), { recursive: true, force: true });
};

const pipeline = `jdf: 2
name: words
version: "1:0:0"
parameters:
  least: 2 # letters
  title: it is a "title"
stages:
  - name: Prepare
    blocks:
      - name: sort
        inputs: { raw: raw.txt }
        outputs: { sorted: build/sorted.txt }
        run: [sh, -c, "awk 'length(\\$1) >= \${parameters.least}' \${inputs.raw} | sort > \${outputs.sorted}"]
      - name: quote
        inputs: { raw: raw.txt }
        outputs: { quoted: quoted.txt }
        run: sh write.sh \${outputs.quoted} \${parameters.title} 'a $b \`c\` $\${d}' "it's"
  - name: Count
    blocks:
      - name: count
        inputs: { sorted: }
        outputs: { count: { path: build/deep/count.json, role: metrics } }
        run: [sh, -c, "wc -l < \${inputs.sorted} > \${outputs.count}"]
connections:
  - { from: sort.sorted, to: count.sorted }
`.replaceAll('\\$1', '$1');

beforeAll(async () => {
  repository = new Repository().init();
  repository.write('raw.txt', 'pear\na\nfig\n');
  repository.write('write.sh', 'out=$1; shift; printf "[%s]" "$@" > "$out"\n');
  repository.write('pipeline.yaml', pipeline);
  repository.commit('one');
  expect((await repository.assay('init')).code).toBe(0);
}, 30_000);
afterAll(() => repository.remove());

test('a JDF does the same work as the dvc.yaml it becomes, run by DVC and by Assay', async () => {
  expect((await repository.assay('run', 'pipeline.yaml')).err).not.toContain('error');
  const ours = contents();
  expect(ours).toEqual(['fig\npear\n', expect.stringMatching(/^\s*2\n$/), '[it is a "title"][a $b `c` ${d}][it\'s]']);
  expect(await repository.assay('pipeline', 'convert', 'pipeline.yaml', '-o', 'dvc.yaml')).toMatchObject({ code: 0 });
  clear();
  expect(await repository.dvc('repro')).toMatchObject({ code: 0 });
  expect(contents()).toEqual(ours);
  expect((await repository.assay('repro')).code).toBe(0);
  expect((await repository.dvc('status')).out).toContain('up to date');
  clear();
  expect((await repository.assay('repro', '--force')).code).toBe(0);
  expect(contents()).toEqual(ours);
}, 60_000);

test('and so does the JDF that comes back', async () => {
  const ours = contents();
  expect(await repository.assay('pipeline', 'convert', 'dvc.yaml', '-o', 'back.yaml')).toMatchObject({ code: 0 });
  clear();
  expect((await repository.assay('run', 'back.yaml')).code).toBe(0);
  expect(contents()).toEqual(ours);
  const [there, back] = await Promise.all(['pipeline.yaml', 'back.yaml'].map((file) => repository.assay('dag', file)));
  expect(back!.out).toBe(there!.out);
}, 60_000);
