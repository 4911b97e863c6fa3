import { createInterface } from 'node:readline/promises';

/** Asks in the terminal; where there is none, the answer is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const answer = (await lines.question(`${question} [y/n] `)).trim().toLowerCase();
      if (/^(?:y|yes|n|no)$/.test(answer)) return answer.startsWith('y');
    }
  } finally {
    lines.close();
  }
}
