import { afterEach, beforeEach, expect, it } from 'vitest';
import { openObjectStore } from '../objects/index.ts';
import type { Run } from '../runs/index.ts';
import { pipeline, Sandbox } from '../runs/testing/sandbox.ts';
import { registerModels } from './register-models.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.remove());

/** A block with a folder of files as its model, each of which holds what is given. */
const block = (name: string, files: Readonly<Record<string, string>>, port = 'model') => {
  const write = Object.entries(files).map(([path, text]) => `printf %s '${text}' > build/${name}/${path}`);
  const script = ['mkdir -p', `build/${name}/old;`, write.join('; ')].join(' ');
  return `{ name: ${name}, outputs: { ${port}: { path: build/${name}, role: model } }, run: [sh, -c, ${JSON.stringify(script)}] }`;
};
const config = '{"labels":["down","up"]}';
const whole = { 'model.onnx': 'o', 'model.safetensors': 's', 'config.json': config };

async function register(run: Run) {
  const objects = openObjectStore(box.project.paths.objects);
  try {
    return await box.open(({ records }) => registerModels(run, records, objects));
  } finally {
    await objects.close();
  }
}

it('registers what can be served, by the files that lie in the output itself, once', async () => {
  box.write({
    'pipeline.yaml': pipeline([block('m', { ...whole, 'old/config.json': '{}', 'old/model.onnx': 'older' })]),
  });
  const run = await box.run();
  const { registered, passedOver } = await register(run);
  expect(passedOver).toEqual([]);
  expect(registered.map(({ version, created }) => [version.body.name, created])).toEqual([[run.pipeline, true]]);
  const { artifacts } = registered[0]!.version.sealed.record;
  expect(artifacts.map(({ name, size }) => [name, size]).sort()).toEqual([
    ['config.json', config.length],
    ['model.onnx', 1],
    ['model.safetensors', 1],
  ]);
  expect((await register(await box.run())).registered.map(({ created }) => created)).toEqual([false]);
});

it("says of a model of another's making why it was not registered", async () => {
  const foreign = { ...whole, 'config.json': '{"architectures":["BertModel"]}' };
  box.write({ 'pipeline.yaml': pipeline([block('a', foreign), block('b', { 'model.pkl': 'x' })]) });
  expect(await register(await box.run())).toEqual({
    registered: [],
    passedOver: [
      { output: 'build/a', reason: 'its config.json lists no labels' },
      { output: 'build/b', reason: 'it has no model.onnx, model.safetensors, config.json' },
    ],
  });
});
