import { AssayError } from '../errors.ts';

/** Asks in the terminal for something that is not shown while it is typed. */
export function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = () => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const take = (piece: string) => {
      for (const letter of piece) {
        if (letter === '\r' || letter === '\n') {
          end();
          resolve(typed);
          return;
        }
        if (letter === '\u0003' || letter === '\u0004') {
          end();
          reject(new AssayError('ASSAY_REMOTE_REFUSED', 'no answer was given', { hint: 'Run it again.' }));
          return;
        }
        typed = letter === '\u007f' || letter === '\b' ? typed.slice(0, -1) : typed + letter;
      }
    };
    stdin.on('data', take);
    stdin.resume();
  });
}
