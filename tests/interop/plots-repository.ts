import { Repository } from './repository.ts';

/** A repository with each kind of plot, one commit, and changes after it. */
export function withPlots(): Repository {
  const repository = new Repository().init();
  for (const [name, content] of Object.entries(files)) repository.write(name, content);
  repository.commit('one');
  repository.write('train.csv', 'step,acc\n0,0.3\n1,0.4\n');
  repository.write('acc.csv', 'step,acc,loss\n0,0.2,2\n1,0.6,1.5\n2,0.8,1.0\n');
  return repository;
}

const pipeline = `stages:
  one:
    cmd: echo hello # a comment
    plots:
    - acc.csv: {cache: false, x: step, y: loss, title: Loss here, x_label: Steps}
    - nohead.csv: {cache: false, header: false}
    - imgs/p.svg: {cache: false}
    - list.json: {cache: false, template: simple}
plots:
- t.tsv
- acc.csv
- nested.json:
    x: epoch
    y: [acc, val]
- y.yaml: {y: v, x: s, template: scatter}
- logs
- logs/deep: {template: bar_horizontal, y: s, x: q}
- imgs
- conf:
    x: actual
    y: {classes.csv: predicted, classes2.csv: predicted}
    template: confusion
- conf1:
    x: actual
    y: {classes.csv: predicted}
    template: confusion_normalized
    title: normal
- both:
    x: {train.csv: step}
    y: {train.csv: acc, test.csv: acc}
- three:
    x: step
    y: {acc.csv: [acc, loss], test.csv: acc}
    y_label: why
- jit:
    x: step
    y: {acc.csv: [acc, loss]}
    template: scatter_jitter
- bars:
    x: acc
    y: {train.csv: step}
    template: bar_horizontal_sorted
- custom:
    x: step
    y: {train.csv: acc, test.csv: acc}
    template: mine
- missing: {x: step, y: {gone.csv: acc}}
- badfield: {x: step, y: {train.csv: nothing}}
- lengths:
    x: {acc.csv: step}
    y: {train.csv: acc}
- smoothed:
    x: step
    y: {train.csv: acc}
    template: smooth
`;

const files: Readonly<Record<string, string>> = {
  'dvc.yaml': pipeline,
  'acc.csv': 'step,acc,loss\n0,0.1,2\n1,0.5,1.5\n2,0.7,1.0\n',
  't.tsv': 'epoch\tvalue\n0\t3\n1\t4\n',
  'nohead.csv': '0,1\n1,2\n',
  'list.json': '[{"a": 1, "b": 2.0}, {"a": 2, "b": 3.5}]',
  'nested.json':
    '{"train": [{"epoch": 0, "acc": 0.1}, {"epoch": 1, "acc": 0.2}], "x": {"y": [{"val": 5}, {"val": 6}]}}',
  'y.yaml': 'pts:\n- {s: 0, v: 1.5}\n- {s: 1, v: 2}\n',
  'classes.csv': 'actual,predicted\ncat,cat\ncat,dog\ndog,dog\ndog,cat\n',
  'classes2.csv': 'actual,predicted\ncat,dog\ncat,dog\ndog,dog\ndog,"c ""a"",t"\n',
  'train.csv': 'step,acc\n0,0.1\n1,0.2\n',
  'test.csv': 'step,acc\n0,0.15\n1,0.25\n',
  'logs/a.csv': 's,q.r[0]\n0,1\n1,2\n',
  'logs/deep/b.tsv': 's\tq\n0\t1\n1\t2\n',
  'imgs/p.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>',
  'imgs/q.gif': 'GIF89a',
  '.dvc/plots/mine.json':
    '{"data": {"values": "<DVC_METRIC_DATA>"}, "title": "Mine: <DVC_METRIC_TITLE>", "mark": "bar", "encoding": {"x": {"field": "<DVC_METRIC_X>"}, "y": {"field": "<DVC_METRIC_Y>"}}}',
};
