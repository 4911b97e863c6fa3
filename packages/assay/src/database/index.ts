export { databaseError, isBusy, isDamage } from './errors.ts';
export { type Migration, migrations } from './migrations/index.ts';
export { closeDatabase, openDatabase, pageDamage } from './open.ts';
export { readTransaction, retryWhileBusy, writeTransaction } from './transaction.ts';
