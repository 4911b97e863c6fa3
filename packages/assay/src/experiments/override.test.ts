import { describe, expect, it } from 'vitest';
import { editParams } from '../dvc/index.ts';
import { changesOf, overridesByFile, overrideText, parseValue, sweepCombinations } from './override.ts';

describe('values', () => {
  it.each([
    ['1', 1n],
    ['-1_000', -1000n],
    ['1.0', 1],
    ['1e-5', 1e-5],
    ['.5', 0.5],
    ['true', true],
    ['Null', null],
    ['x y', 'x y'],
    ["'1'", '1'],
    ["'it\\'s'", "it's"],
    ['[1, [a, 2.5], {k: v}]', [1n, ['a', 2.5], { k: 'v' }]],
    ['', ''],
    ['a:b', 'a:b'],
    ['1.2.3', '1.2.3'],
  ])('%s', (text, value) => expect(parseValue(text)).toEqual(value));
});

describe('sweeps', () => {
  const combinations = (...words: string[]) =>
    sweepCombinations(overridesByFile(words)).map((files) => [...files.values()].flat().map(overrideText));

  it('combines lists, choices and ranges; the last one varies fastest', () => {
    expect(combinations('a=1,2', 'b=range(1,3)')).toEqual([
      ['a=1', 'b=1'],
      ['a=1', 'b=2'],
      ['a=2', 'b=1'],
      ['a=2', 'b=2'],
    ]);
    expect(combinations('a=choice([1,2],"x,y")')).toEqual([['a=[1,2]'], ['a="x,y"']]);
    expect(combinations('a=range(0,1,0.25)')).toEqual([['a=0.0'], ['a=0.25'], ['a=0.5'], ['a=0.75']]);
  });

  it.each([
    ['0.1,0.4,0.1', ['0.1', '0.2', '0.30000000000000004', '0.4']],
    ['0,1,0.3', ['0.0', '0.3', '0.6', '0.8999999999999999']],
    ['1,0,-0.3', ['1.0', '0.7000000000000001', '0.4', '0.10000000000000003']],
    ['0.0,0.3,0.1', ['0.0', '0.1', '0.2']],
    ['0.1,0.35,0.05', ['0.1', '0.15000000000000002', '0.2', '0.25', '0.30000000000000004']],
    ['-0.3,0,0.1', ['-0.3', '-0.19999999999999998', '-0.09999999999999998']],
    ['1e-5,5e-5,1e-5', ['1e-05', '2e-05', '3e-05', '4e-05']],
    ['1e20,3e20,1e20', ['1e+20', '2e+20']],
    ['2.5', ['0.0', '1.0', '2.0']],
    ['5,1,-1', ['5', '4', '3', '2']],
    ['stop=3,start=1', ['1', '2']],
    ['1_0,1_3', ['10', '11', '12']],
    ['1,0', []],
  ])('counts range(%s) as Hydra does', (range, values) => {
    expect(combinations(`a=range(${range})`)).toEqual(values.map((one) => [`a=${one}`]));
  });

  it('takes lists and texts with commas for one value', () => {
    expect(combinations('a=[1,2]', "b='x,y'", '~c')).toEqual([['a=[1,2]', "b='x,y'", '~c']]);
  });

  it('refuses what would never end, or does not end', () => {
    for (const word of ['a=range(0,1,0)', 'a=range(0,1e9)', 'a=[1', 'a=1)', 'a=glob(*)', 'a']) {
      expect(() => combinations(word)).toThrow(expect.objectContaining({ code: 'ASSAY_EXP_OVERRIDE' }));
    }
  });
});

describe('files of parameters', () => {
  const edited = async (file: string, text: string, ...words: string[]) => {
    const [overrides = []] = overridesByFile(words.map((word) => `${file}:${word}`)).values();
    return editParams(text, file, await changesOf(text, file, overrides));
  };
  const yaml = '# top\nlr: 1e-4   # rate\ntrain:\n  layers: [1,  2]\n  name: "x"\nlist:\n- a # one\n- b\n';

  it('changes YAML where the value stands, and nothing else', async () => {
    expect(await edited('p.yaml', yaml, 'train.name=y z', 'list.1=c', 'lr=0.5')).toBe(
      yaml.replace('"x"', 'y z').replace('- b', '- c').replace('1e-4', '0.5'),
    );
    expect(await edited('p.yaml', yaml, 'train.layers=[3,a]')).toContain('layers: [3, a]');
  });

  it('keeps comments of YAML where something is added or taken out', async () => {
    const text = await edited('p.yaml', yaml, '+new.deep=1', '~train.name');
    for (const part of ['# top', '# rate', '# one', 'deep: 1']) expect(text).toContain(part);
    expect(text).not.toContain('name');
  });

  it('keeps comments of TOML and Python', async () => {
    const toml = '# top\nlr = 0.5 # rate\n[train]\nepochs = 10 # many\n';
    expect(await edited('p.toml', toml, 'train.epochs=20', 'lr=1e-3')).toBe(
      toml.replace('10', '20').replace('0.5', '0.001'),
    );
    const python = 'LR = 0.5  # rate\nclass Train:\n    epochs = 10  # many\n';
    expect(await edited('p.py', python, 'Train.epochs=20', 'LR=0.25')).toBe(
      python.replace('10', '20').replace('0.5', '0.25'),
    );
  });

  it('keeps integers and floats of JSON apart', async () => {
    expect(await edited('p.json', '{"a": 1, "b": 1.0, "c": {"d": "x"}}', 'c.d=2.0')).toBe(
      '{"a": 1, "b": 1.0, "c": {"d": 2.0}}',
    );
  });

  it('refuses a key that is not there, or is there already', async () => {
    for (const word of ['nope=1', '~nope', '+lr=1', 'train.nope=1']) {
      await expect(edited('p.yaml', yaml, word)).rejects.toMatchObject({ code: 'ASSAY_EXP_OVERRIDE' });
    }
    expect(await edited('p.yaml', yaml, '++nope=1', '++lr=2')).toContain('nope: 1');
  });

  it('refuses what Python cannot take', async () => {
    await expect(edited('p.py', 'A = 1\n', '+B=2')).rejects.toMatchObject({ code: 'ASSAY_DVC_PARAMS_EDIT' });
  });
});
