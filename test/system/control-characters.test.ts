import fc from 'fast-check';
import t from 'tap';
import { escapeControls, firstLine, removeControls } from '../../src/system/control-characters.ts';

void t.test('control characters are removed or written out', (t) => {
  t.equal(removeControls('a\r\nb\0\x7f\u009bc'), 'abc');
  t.equal(firstLine('M\x07ia\r\nEvent: Hangup'), 'Mia');
  t.equal(firstLine('Mia\nx'), 'Mia');
  t.equal(escapeControls('a\x1b[2J\t\u009b'), 'a\\x1b[2J\\x09\\x9b');
  t.equal(escapeControls('a\r\n\tb', '\n\t'), 'a\\x0d\n\tb');
  t.end();
});

void t.test('no text gets through with one', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      t.notMatch(removeControls(text), /\p{Cc}/u);
      t.notMatch(firstLine(text), /\p{Cc}/u);
      t.notMatch(escapeControls(text), /\p{Cc}/u);
      t.notMatch(escapeControls(text, '\n\t'), /[^\P{Cc}\n\t]/u);
    }),
  );
  t.end();
});
