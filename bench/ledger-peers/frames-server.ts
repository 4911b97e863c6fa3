import { createServer, type Server, type Socket } from 'node:net';

/** Answers each frame (number, length, bytes; see frames/main.go) with its number when `append` has kept its bytes. */
export function framesServer(append: (bytes: Uint8Array) => Promise<unknown>): Server {
  return createServer({ noDelay: true }, (socket) => {
    let rest: Buffer = Buffer.alloc(0);
    const answer = answersOf(socket);
    socket.on('data', (data) => {
      const bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
      let at = 0;
      while (at + 8 <= bytes.length) {
        const end = at + 8 + bytes.readUInt32BE(at + 4);
        if (end > bytes.length) break;
        const number = bytes.readUInt32BE(at);
        append(bytes.subarray(at + 8, end)).then(
          () => answer(number),
          (error) => socket.destroy(error),
        );
        at = end;
      }
      rest = bytes.subarray(at);
    });
  });
}

/** Sends the answers of one commit together. */
function answersOf(socket: Socket): (number: number) => void {
  let waiting: number[] = [];
  return (number) => {
    if (waiting.push(number) > 1) return;
    setImmediate(() => {
      const answers = Buffer.allocUnsafe(4 * waiting.length);
      waiting.forEach((each, i) => {
        answers.writeUInt32BE(each, 4 * i);
      });
      waiting = [];
      socket.write(answers);
    });
  };
}
