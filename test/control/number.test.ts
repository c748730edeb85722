import fc from 'fast-check';
import t from 'tap';
import { callersNumber, dialledNumber, extensionNumber, formsOf, plainNumber } from '../../src/control/number.ts';
import { notations } from './notations.ts';

const plain = { international: '', features: false };
const told = (read: ReturnType<typeof plainNumber>): string => ('why' in read ? `it ${read.why}` : read.number);

void t.test('numbers as people have them: what is dialled, or why it is refused', (t) => {
  t.ok(notations.length >= 100);
  for (const [written, wanted] of notations)
    t.equal(told(dialledNumber(written, plain)), wanted, JSON.stringify(written));
  t.end();
});

void t.test('a leading + as the box dials it, and feature codes where they are allowed', (t) => {
  const dial = (written: string, international = '00'): string =>
    told(dialledNumber(written, { international, features: true }));
  t.equal(dial('+49 (0)30 123456'), '004930123456');
  t.equal(dial('+86 138 0013 8000', '9011'), '90118613800138000');
  t.equal(dial('030 123456'), '030123456');
  t.equal(dial(`+${'1'.repeat(31)}`), 'it has more than 32 characters');
  t.equal(dial('＊55 801＃'), '*55801#');
  t.equal(dial('*99/1'), '*991');
  t.equal(dial('+*55801'), 'it has a + without a country code and digits');
  t.equal(dial('+49*55801'), 'it has a + without a country code and digits');
  t.end();
});

void t.test('the number of a caller keeps its +, and has no letters', (t) => {
  t.equal(told(callersNumber('+34 600 000-666')), '+34600000666');
  t.equal(told(callersNumber('*67 (555) 012')), '*67555012');
  t.equal(told(callersNumber('+0 30 123456')), '+030123456', 'as some lines show it');
  t.equal(told(callersNumber('anonymous')), 'it holds letters');
  t.equal(told(callersNumber('1'.repeat(41))), 'it has more than 40 characters');
  t.end();
});

void t.test('an extension is a name as it stands, or digits as people write them', (t) => {
  for (const name of ['801', 'a.b_c-D', '8-01', '0']) t.equal(told(extensionNumber(name)), name);
  for (const written of ['８０１', ' 801 ', '8 0 1', '8\u200B01', '٨٠١', 'sip:801@box', 'tel:801', '"Anna" <801>']) {
    t.equal(told(extensionNumber(written)), '801', written);
  }
  for (const written of ['*801', '801#', '+801', 'sip:a801@box', '＊801']) {
    t.equal(told(extensionNumber(written)), 'it holds more than digits', written);
  }
  t.equal(told(extensionNumber('8'.repeat(41))), 'it has more than 40 characters');
  t.equal(told(extensionNumber('8 '.repeat(41))), 'it has more than 40 characters');
  t.equal(told(extensionNumber('801@internal')), 'it holds "@"');
  t.end();
});

void t.test('a caller is the same with the + and with what is dialled in its place', (t) => {
  t.same(formsOf('+4930123456', ''), ['+4930123456']);
  t.same(formsOf('+4930123456', '00'), ['+4930123456', '004930123456']);
  t.same(formsOf('004930123456', '00'), ['004930123456', '+4930123456']);
  t.same(formsOf('004930123456', ''), ['004930123456']);
  for (const other of ['030123456', '0049', '00030123456', '001234567890123456', '00*123456789']) {
    t.same(formsOf(other, '00'), [other]);
  }
  t.end();
});

void t.test('the digits of every script that is known here', (t) => {
  const scripts = Intl.supportedValuesOf('numberingSystem');
  let count = 0;
  for (const script of scripts) {
    const digits = new Intl.NumberFormat(`en-u-nu-${script}`, { useGrouping: false }).format(1234567890);
    if (!/^\p{Nd}{10}$/u.test(digits)) continue;
    count++;
    t.equal(told(plainNumber(digits)), '1234567890', `${script} ${digits}`);
  }
  t.ok(count > 50);
  t.end();
});

void t.test('whatever is written, nothing else is dialled; and what is dialled is dialled again', (t) => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '+',
      '(0)',
      'tel:',
      'sip:',
      '@',
      '%0a',
      '\r\n',
      ',',
      '12',
      '٣',
      '５',
      '-',
      ' ',
      '<',
      '>',
      ';',
      '*',
      'a',
      '&',
      '/',
      '/ 0301234567',
      '+49(0)',
      '(0',
      'x1',
      '\u200b',
      '＊',
      '%26',
      '%2f',
    ),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, fc.boolean(), fc.constantFrom('', '00'), (written, features, international) => {
      const read = dialledNumber(written, { features, international });
      if ('why' in read) return read.why !== '';
      const allowed = features ? /^\+?[0-9A-Za-z*#]{1,32}$/ : /^\+?[0-9A-Za-z]{1,32}$/;
      return allowed.test(read.number) && told(dialledNumber(read.number, { features, international })) === read.number;
    }),
    { numRuns: 5_000 },
  );
  const callers = fc.property(text, (written) => {
    const read = callersNumber(written);
    return (
      'why' in read || (/^\+?[0-9*#]{1,40}$/.test(read.number) && told(callersNumber(read.number)) === read.number)
    );
  });
  fc.assert(callers, { numRuns: 5_000 });
  const extensions = fc.property(text, (written) => {
    const read = extensionNumber(written);
    return 'why' in read || (/^[\w.-]{1,40}$/.test(read.number) && told(extensionNumber(read.number)) === read.number);
  });
  fc.assert(extensions, { numRuns: 5_000 });
  t.end();
});
