import { accessCommands } from './access-commands.ts';
import { anchorCommands } from './anchor-commands.ts';
import { approvalCommands } from './approval-commands.ts';
import { dataCommands } from './data-commands.ts';
import type { Entry } from './entry.ts';
import { experimentCommands } from './experiment-commands.ts';
import { remoteCommands } from './remote-commands.ts';
import { repositoryCommands } from './repository-commands.ts';
import { stageCommands } from './stage-commands.ts';
import { trackCommands } from './track-commands.ts';

/** Every command, in the order of the help page. A command's file is imported only when it is called. */
export const commands: Readonly<Record<string, Entry>> = {
  init: {
    group: 'Project',
    summary: 'make this folder a project: .dvc/, .assay/, assay.yaml, a signing key',
    dvc: true,
    load: () => import('./init.ts'),
  },
  ...dataCommands,
  ...remoteCommands,
  ...accessCommands,
  ...stageCommands,
  ...experimentCommands,
  ...repositoryCommands,
  run: {
    group: 'Pipelines',
    summary: 'run a pipeline file; what has not changed is not run again',
    load: () => import('./run.ts'),
  },
  'pipeline convert': {
    group: 'Pipelines',
    summary: 'a JDF as a dvc.yaml, or a dvc.yaml as a JDF',
    load: () => import('./pipeline-convert.ts'),
  },
  runs: { group: 'Pipelines', summary: 'list runs, or show one', load: () => import('./runs.ts') },
  'edgar ingest': {
    group: 'Flagship stages',
    summary: 'bring filings from EDGAR, or from a folder',
    load: () => import('./edgar-ingest.ts'),
  },
  'transcript parse': {
    group: 'Flagship stages',
    summary: 'filings to calls, speaker turns, paragraphs, sentences',
    load: () => import('./transcript-parse.ts'),
  },
  label: { group: 'Flagship stages', summary: 'label texts by several labelers', load: () => import('./label.ts') },
  compare: {
    group: 'Flagship stages',
    summary: 'how far labelers agree, with each other and with a reference',
    load: () => import('./compare.ts'),
  },
  'learn train': {
    group: 'Flagship stages',
    summary: 'train, evaluate and export a text classifier',
    load: () => import('./learn-train.ts'),
  },
  'learn evaluate': {
    group: 'Flagship stages',
    summary: 'how well a trained classifier predicts a file of labelled texts',
    load: () => import('./learn-evaluate.ts'),
  },
  'learn export': {
    group: 'Flagship stages',
    summary: 'a trained classifier as an ONNX model',
    load: () => import('./learn-export.ts'),
  },
  'record log': { group: 'Records', summary: 'records, newest first', load: () => import('./record-log.ts') },
  'record show': { group: 'Records', summary: 'one record with its body', load: () => import('./record-show.ts') },
  'record diff': {
    group: 'Records',
    summary: 'what differs between two records',
    load: () => import('./record-diff.ts'),
  },
  lineage: {
    group: 'Records',
    summary: 'what a record came from, back to the filings',
    load: () => import('./lineage.ts'),
  },
  verify: {
    group: 'Records',
    summary: 'recompute the whole ledger from stored bytes, or check a receipt offline',
    load: () => import('./verify.ts'),
  },
  'ledger export': {
    group: 'Records',
    summary: 'the ledger as static files that verifiers of transparency logs read',
    load: () => import('./ledger-export.ts'),
  },
  'ledger fsck': {
    group: 'Records',
    summary: 'recompute the whole ledger from stored bytes, and name what fails',
    load: () => import('./ledger-fsck.ts'),
  },
  'ledger gc': {
    group: 'Records',
    summary: 'remove objects that no record names, left by processes that were killed',
    load: () => import('./ledger-gc.ts'),
  },
  'ledger key': {
    group: 'Records',
    summary: 'the key by which its checkpoints are verified',
    load: () => import('./ledger-key.ts'),
  },
  'ledger key rotate': {
    group: 'Records',
    summary: 'give the ledger another key, by a hand-over that both sign',
    load: () => import('./ledger-key-rotate.ts'),
  },
  'ledger key revoke': {
    group: 'Records',
    summary: 'have the ledger say that an earlier key counts no more',
    load: () => import('./ledger-key-revoke.ts'),
  },
  'ledger compare': {
    group: 'Records',
    summary: 'two logs, or this ledger and one: the same, one continued, or a split view',
    load: () => import('./ledger-compare.ts'),
  },
  'ledger cosign': {
    group: 'Records',
    summary: 'ask the witnesses of assay.yaml to cosign the newest checkpoint',
    load: () => import('./ledger-cosign.ts'),
  },
  'witness serve': {
    group: 'Records',
    summary: "cosign the checkpoints of others' logs over HTTP",
    load: () => import('./witness-serve.ts'),
  },
  'witness add-log': {
    group: 'Records',
    summary: 'cosign the checkpoints of one more log',
    load: () => import('./witness-add-log.ts'),
  },
  'witness list': {
    group: 'Records',
    summary: 'the logs that are cosigned, and how far each was seen',
    load: () => import('./witness-list.ts'),
  },
  'witness key': {
    group: 'Records',
    summary: 'the key by which its cosignatures are verified',
    load: () => import('./witness-key.ts'),
  },
  receipt: {
    group: 'Records',
    summary: 'write a receipt that anyone can check offline',
    load: () => import('./receipt.ts'),
  },
  ...approvalCommands,
  'qldb verify': {
    group: 'Records',
    summary: 'verify a journal export of Amazon QLDB',
    load: () => import('./qldb-verify.ts'),
  },
  'qldb import': {
    group: 'Records',
    summary: 'log a verified journal export of Amazon QLDB: its blocks and documents as records',
    load: () => import('./qldb-import.ts'),
  },
  'qldb history': {
    group: 'Records',
    summary: 'revisions of a document of an imported journal',
    load: () => import('./qldb-history.ts'),
  },
  'qldb show': {
    group: 'Records',
    summary: 'a document of an imported journal, now or as of a time',
    load: () => import('./qldb-show.ts'),
  },
  'qldb digest': {
    group: 'Records',
    summary: "QLDB's digest over an imported journal; old digests and proofs are checked against it",
    load: () => import('./qldb-digest.ts'),
  },
  ...trackCommands,
  ...anchorCommands,
  'model list': {
    group: 'Models',
    summary: 'registered models and what is in production',
    load: () => import('./model-list.ts'),
  },
  'model show': {
    group: 'Models',
    summary: 'versions of a model, their scores and where they came from',
    load: () => import('./model-show.ts'),
  },
  'model promote': {
    group: 'Models',
    summary: 'move a version to a stage, production for one',
    load: () => import('./model-promote.ts'),
  },
  predict: { group: 'Models', summary: 'predict one text with a registered model', load: () => import('./predict.ts') },
  explain: {
    group: 'Models',
    summary: 'which words mattered: integrated gradients, LIME, SHAP, occlusion',
    load: () => import('./explain.ts'),
  },
  evaluate: {
    group: 'Models',
    summary: 'score files of predictions, of any system: F1, ROC, calibration, slices, significance',
    load: () => import('./evaluate.ts'),
  },
  serve: {
    group: 'Models',
    summary: 'serve a model over HTTP (Open Inference Protocol v2)',
    load: () => import('./serve.ts'),
  },
  studio: { group: 'Studio', summary: 'open the studio in a browser', load: () => import('./studio.ts') },
};
