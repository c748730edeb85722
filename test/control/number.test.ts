import fc from 'fast-check';
import t from 'tap';
import { callersNumber, dialledNumber, plainNumber } from '../../src/control/number.ts';

const plain = { international: '', features: false };
const told = (read: ReturnType<typeof plainNumber>): string => ('why' in read ? `it ${read.why}` : read.number);

/** How people write numbers → what is dialled, or why it is refused. */
const notations: readonly (readonly [written: string, dialled: string])[] = [
  // As they are.
  ['801', '801'],
  ['13800138000', '13800138000'],
  ['+4930123456', '+4930123456'],
  ['reception', 'reception'],
  // China, where these boxes come from.
  ['138 0013-8000', '13800138000'],
  ['138-0013-8000', '13800138000'],
  ['+86 138 0013 8000', '+8613800138000'],
  ['(010) 6552-9988', '01065529988'],
  ['（010）6552－9988', '01065529988'],
  ['１３８００１３８０００', '13800138000'],
  ['＋８６　１３８　００１３　８０００', '+8613800138000'],
  // Europe.
  ['+49 (0)30 123456', '+4930123456'],
  ['+49 (0) 30 / 12 34 56', '+4930123456'],
  ['(+49) 30 123456', '+4930123456'],
  ['+49(0)171 1234567', '+491711234567'],
  ['0049 (0)30 123456', '0049030123456'],
  ['030/123456-0', '0301234560'],
  ['030 – 12 34 56', '030123456'],
  ['030\u2011123456', '030123456'],
  ['030\u2212123456', '030123456'],
  ['01 42 68 53 00', '0142685300'],
  ['01.42.68.53.00', '0142685300'],
  ['01\u00A042\u00A068\u00A053\u00A000', '0142685300'],
  ['01\u202F42\u202F68\u202F53\u202F00', '0142685300'],
  ['01\u200942\u200968\u200953\u200900', '0142685300'],
  ['+44 (0)20 7946 0018', '+442079460018'],
  ['020·7946·0018', '02079460018'],
  ['+34 600 000 666', '+34600000666'],
  // America.
  ['(555) 012-3456', '5550123456'],
  ['+1-555-012-3456', '+15550123456'],
  ['1.555.012.3456', '15550123456'],
  ['[555] 012-3456', '5550123456'],
  // Other scripts.
  ['٠٥٠١٢٣٤٥٦٧', '0501234567'],
  ['\u200F+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧\u200F', '+966501234567'],
  ['۰۲۱-۱۲۳۴۵۶', '021123456'],
  ['०११ २३४५', '0112345'],
  ['03・1234・5678', '0312345678'],
  ['\u{1D7F6}\u{1D7D7}\u{1D7E1}', '099'],
  // With what cannot be seen.
  ['\u202A+49 30 123456\u202C', '+4930123456'],
  ['138\u200B0013\u200B8000', '13800138000'],
  ['030\u00AD123456', '030123456'],
  ['\uFEFF801', '801'],
  ['801 ', '801'],
  ['801\r\n', '801'],
  ['\t801', '801'],
  // As links have them.
  ['tel:+49-30-123456', '+4930123456'],
  ['TEL:138-0013-8000', '13800138000'],
  ['tel:%2B4930123456', '+4930123456'],
  ['tel:+4930123456;ext=12', '+4930123456'],
  ['tel:7042;phone-context=example.com', '7042'],
  ['sip:808@192.168.12.183', '808'],
  ['sips:+4930123456@trunk.example;user=phone', '+4930123456'],
  ['sip:808;tag=1@192.168.12.183:5060?subject=x', '808'],
  ['sip:808', '808'],
  ['callto:+49 30 123456', '+4930123456'],
  ['callto://13800138000', '13800138000'],
  ['"Agent 808" <808>', '808'],
  ['Anna <sip:808@192.168.12.183>', '808'],
  // No numbers.
  ['', 'it holds no digits'],
  ['+', 'it holds no digits'],
  ['( ) -', 'it holds no digits'],
  [' 4930123456', 'it begins with a space (in a form, + is sent as %2B)'],
  ['*55801', 'it holds * or #, which dial_features does not allow'],
  ['＊55801', 'it holds * or #, which dial_features does not allow'],
  ['*-5-5 801', 'it holds * or #, which dial_features does not allow'],
  ['tel:%2A55801', 'it holds * or #, which dial_features does not allow'],
  ['801#', 'it holds * or #, which dial_features does not allow'],
  ['1-800-FLOWERS', 'it holds letters beside spaces or punctuation'],
  ['john smith', 'it holds letters beside spaces or punctuation'],
  ['030 123 ext. 5', 'it holds letters beside spaces or punctuation'],
  ['808@internal', 'it holds "@"'],
  ['801,1', 'it holds ","'],
  ['801&802', 'it holds "&"'],
  ['801;1', 'it holds ";"'],
  ['801:1', 'it holds ":"'],
  ['${EXTEN}', 'it holds "$"'],
  ['八百', 'it holds "八"'],
  ['№ 801', 'it holds "№"'],
  ['８０１Ａ', 'it holds "Ａ"'],
  ['²30', 'it holds "²"'],
  ['📞 801', 'it holds "📞"'],
  ['sip:808:secret@box', 'it holds ":"'],
  ['<801', 'it holds "<"'],
  ['49+30', 'it has a + that is not at its beginning'],
  ['++4930', 'it has a + that is not at its beginning'],
  ['801\n802', 'it holds a control character'],
  ['801\0', 'it holds a control character'],
  ['801\r\nAction: Originate', 'it holds a control character'],
  ['tel:801%0d%0aAction:x', 'it holds a control character'],
  ['tel:%zz', 'it has a broken percent-encoding'],
  ['1'.repeat(33), 'it has more than 32 characters'],
  ['1 '.repeat(101), 'it has more than 200 characters'],
];

void t.test('numbers as people have them: what is dialled, or why it is refused', (t) => {
  t.ok(notations.length >= 60);
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
  t.end();
});

void t.test('the number of a caller keeps its +, and has no letters', (t) => {
  t.equal(told(callersNumber('+34 600 000-666')), '+34600000666');
  t.equal(told(callersNumber('*67 (555) 012')), '*67555012');
  t.equal(told(callersNumber('anonymous')), 'it holds letters');
  t.equal(told(callersNumber('1'.repeat(41))), 'it has more than 40 characters');
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
  t.end();
});
