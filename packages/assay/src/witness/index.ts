/** Cosigning the checkpoints of others' logs, and asking others to cosign ours. */
export { createWitnessApp } from './app.ts';
export { askWitnesses } from './ask.ts';
export { missedCosigned, readCosigned } from './cosigned-file.ts';
export { addLog, listLogs, openWitness, witnessFolder } from './witness.ts';
