import { voteCommand } from './vote.ts';

export const command = voteCommand('approve');
