import { describe, expect, it } from 'vitest';
import { editPipelineStage } from './pipeline-edit.ts';

const text = `# head
vars: [a.yaml]

stages:
    one:   # the first
        cmd: a   command that is much longer than eighty characters would allow it to be on one line
        deps:
            - x
            - {y: 1}   # odd

    # about two
    two:
        cmd: |
            several
            lines
        frozen: true
    'three':
        foreach: [1, 2]
        do: {cmd: x}
# tail
plots: []
`;
const edit = (name: string, change: Parameters<typeof editPipelineStage>[3], of = text) =>
  editPipelineStage(of, 'dvc.yaml', name, change);

describe('a dvc.yaml that a person wrote', () => {
  it('stays as it is when a stage stays', () => {
    for (const name of ['one', 'two', 'three', 'none']) expect(edit(name, (fields) => fields)).toBe(text);
  });

  it('gets one more line for one more field', () => {
    expect(edit('one', (fields) => ({ ...fields, frozen: true }))).toBe(
      text.replace('{y: 1}   # odd\n', '{y: 1}   # odd\n        frozen: true\n'),
    );
    expect(edit('three', (fields) => ({ ...fields, frozen: true }))).toBe(
      text.replace('do: {cmd: x}\n', 'do: {cmd: x}\n        frozen: true\n'),
    );
  });

  it('loses the line of a field that goes', () => {
    expect(edit('two', ({ frozen: _, ...fields } = {}) => fields)).toBe(text.replace('        frozen: true\n', ''));
  });

  it('has a new stage after the others', () => {
    expect(edit('four', () => ({ cmd: 'x', deps: ['a'] }))).toBe(
      text.replace('do: {cmd: x}\n', 'do: {cmd: x}\n    four:\n      cmd: x\n      deps:\n      - a\n'),
    );
  });

  it('loses no remark with a stage', () => {
    const without = edit('two', () => undefined);
    expect(without).not.toContain('several');
    expect(without).toContain('# about two');
    expect(without).toContain('# tail\nplots: []\n');
  });

  it('may have no stages yet, or none any more', () => {
    expect(edit('a', () => ({ cmd: 'x' }), '')).toBe('stages:\n  a:\n    cmd: x\n');
    expect(edit('a', () => ({ cmd: 'x' }), 'vars: [v]\nstages: {}\n')).toBe('vars: [v]\nstages:\n  a:\n    cmd: x\n');
    expect(edit('a', () => undefined, 'stages:\n  a:\n    cmd: x\n')).toBe('stages: {}\n');
  });
});
