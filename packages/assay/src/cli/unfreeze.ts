import { frozenCommand } from './frozen-command.ts';

export const command = frozenCommand(false);
