import fc from 'fast-check';
import t from 'tap';
import { headBytes, soundOf } from '../../src/recordings/sound.ts';

/** A WAV header as Asterisk writes it: `data` bytes of samples are promised. */
function wav(data: number, rate = 16_000): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(data + 36, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt32LE(rate, 28);
  head.write('data', 36);
  head.writeUInt32LE(data, 40);
  return head;
}

void t.test('a WAV file is closed when its header agrees with its size', (t) => {
  t.strictSame(soundOf('a.wav', 44 + 32_000, wav(32_000)), { isEmpty: false, isClosed: true, ms: 2_000 });
  t.strictSame(soundOf('a.wav', 44 + 32_000, wav(0)), { isEmpty: false, isClosed: false, ms: 2_000 });
  t.strictSame(soundOf('a.wav', 44, wav(0)), { isEmpty: true, isClosed: true, ms: 0 });
  t.match(soundOf('a.WAV', 44 + 66, wav(65, 1_625)), { isClosed: true, ms: 40 }, 'padded to an even length');
  t.strictSame(soundOf('a.wav', 0, Buffer.alloc(0)), { isEmpty: true, isClosed: undefined, ms: undefined });
  t.end();
});

void t.test('other formats: by their size, or not known', (t) => {
  t.match(soundOf('a.gsm', 3_300, Buffer.alloc(99)), { isEmpty: false, isClosed: undefined, ms: 2_000 });
  t.match(soundOf('a.ulaw', 16_000, Buffer.alloc(99)), { ms: 2_000 });
  t.match(soundOf('a.sln16', 64_000, Buffer.alloc(99)), { ms: 2_000 });
  t.match(soundOf('a.mp3', 16_000, Buffer.alloc(99)), { isEmpty: false, ms: undefined });
  t.match(soundOf('a.mp3', 0, Buffer.alloc(0)), { isEmpty: true });
  t.end();
});

void t.test('whatever the bytes: no error, no negative length, an end', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: headBytes }),
      fc.boolean(),
      fc.nat(1e9),
      fc.constantFrom('a.wav', 'a.gsm', 'a.xyz'),
      (bytes, isWav, size, name) => {
        const head = isWav ? Buffer.concat([wav(7).subarray(0, 12), bytes]) : Buffer.from(bytes);
        const { ms = 0 } = soundOf(name, size, head);
        return ms >= 0 && Number.isFinite(ms);
      },
    ),
  );
  t.end();
});
