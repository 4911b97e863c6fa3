import { randomFillSync } from 'node:crypto';

let lastMillisecond = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562, section 5.7) as 32 hex digits: sorts by time. Within one millisecond of one process the 12 bits of
 * rand_a count up (method 1), so that the order of making is the order of sorting.
 */
export function newId(now: Date): string {
  const bytes = randomFillSync(new Uint8Array(16));
  const millisecond = Math.max(now.getTime(), lastMillisecond);
  // Starting low leaves room to count; a full counter moves on to the next millisecond.
  if (millisecond > lastMillisecond) sequence = ((bytes[6]! & 0x07) << 8) | bytes[7]!;
  else sequence++;
  lastMillisecond = millisecond;
  if (sequence > 0xfff) {
    lastMillisecond++;
    sequence = 0;
  }
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(lastMillisecond / 2 ** 32));
  view.setUint32(2, lastMillisecond % 2 ** 32);
  view.setUint16(6, 0x7000 | sequence);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return Buffer.from(bytes).toString('hex');
}
