import fc from 'fast-check';
import t from 'tap';
import { createLog, describe } from '../../src/system/log.ts';

/** What a log writes for this. */
function written(write: (log: ReturnType<typeof createLog>) => void, isTTY = false): string {
  let text = '';
  write(createLog('info', { write: (part) => (text += part), isTTY }));
  return text;
}

void t.test('a line, its level, and a cause whose every line keeps the level (sd-daemon(3))', (t) => {
  t.equal(
    written((log) => {
      log.warning('a');
      log.debug('not told');
      log.error('b', 'why');
    }),
    '<4>a\n<3>b: why\n',
  );
  t.equal(
    written((log) => {
      log.info('a');
    }, true),
    'a\n',
  );
  const lines = written((log) => {
    log.error('c', new Error('d', { cause: new Error('e') }));
  }).split('\n');
  t.match(lines[0], /^<3>c: Error: d$/);
  t.ok(lines.slice(1, -1).every((line) => line.startsWith('<3>  ')));
  t.ok(lines.some((line) => line.includes('caused by Error: e')));
  t.end();
});

void t.test('no value makes a line of its own, or moves the cursor of a terminal', (t) => {
  t.equal(
    written((log) => {
      log.warning('HTTP 500 \x1b[2Jno\r\n<3>forged\0\u009b');
    }),
    '<4>HTTP 500 \\x1b[2Jno\\x0d\n<4>  <3>forged\\x00\\x9b\n',
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isTTY) => {
      const out = written((log) => {
        log.info(text);
      }, isTTY);
      const [, ...more] = out.slice(0, -1).split('\n');
      return out.endsWith('\n') && !/[^\P{Cc}\n\t]/u.test(out) && more.every((line) => /^(<6>)? {2}/.test(line));
    }),
  );
  t.end();
});

void t.test('whatever was thrown is told', (t) => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  t.match(describe(circle), 'Circular');
  const own = new Error('own cause');
  own.cause = own;
  t.equal(describe(own).split('caused by').length, 5, 'a chain that never ends is cut');
  t.match(describe(new AggregateError([new Error('one'), new Error('two')])), /AggregateError[^]*one[^]*two/);
  fc.assert(fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (it) => describe(it).length >= 0));
  t.end();
});
