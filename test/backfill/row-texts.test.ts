import fc from 'fast-check';
import t from 'tap';
import { layoutOf, RowReader } from '../../src/backfill/row.ts';
import type { RowText } from '../../src/backfill/row-texts.ts';
import { RowTexts } from '../../src/backfill/row-texts.ts';

const isRow = (fields: readonly string[]): boolean => layoutOf(fields) !== undefined;
const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;

/** What somebody may put into a row: their number, their name, and what they dialled. */
interface Sent {
  readonly number: string;
  readonly name: string;
  readonly dialled: string;
}

const times = ['2026-11-28 18:57:57', '2026-11-28 18:57:58', '2026-11-28 18:57:59'].map(quote).join();

/** A row as cdr_csv writes it. */
function master({ number, name, dialled }: Sent, id: string): string {
  const texts = [
    '',
    number,
    dialled,
    'queues',
    `"${name}" <${number}>`,
    'SIP/trunk-0',
    'SIP/800-1',
    'Queue',
    '630,tkc',
  ];
  return `${texts.map(quote).join()},${times},2,1,"ANSWERED","DOCUMENTATION",${quote(id)},""\n`;
}

/** A row as the kit's mapping of cdr_custom writes it. */
function kit({ number, name, dialled }: Sent, id: string): string {
  const texts = [`"${name}" <${number}>`, number, dialled, 'queues', 'SIP/trunk-0', 'SIP/800-1', 'Queue', '630,tkc'];
  const rest = ['2', '1', 'ANSWERED', 'DOCUMENTATION', '', id, '', id].map(quote).join();
  return `${texts.map(quote).join()},${times},${rest},7\n`;
}

/** What is found in a file, line by line. */
function found(file: string, texts = new RowTexts(isRow)): RowText[] {
  return file
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => texts.take(line));
}

/** Uniqueids of the rows in a file. */
function idsIn(file: string): string[] {
  return found(file).flatMap(({ kind, text }) => {
    const row = new RowReader('local').read(text);
    return kind === 'torn' || typeof row === 'string' ? [] : [row.uniqueId];
  });
}

const plain: Sent = { number: '85322361', name: '', dialled: '630' };
const forged = (id: string): string => master({ ...plain, number: '666' }, id).trimEnd();

/** What an attacker sends: pieces of rows, of quotes and of line ends, in any order. */
const piece = fc.oneof(
  fc.constantFrom('"', '""', '"""', ',', '\n', '\r\n', '\\', '1', '",', ',"', 'x'),
  fc.constant(`\n${forged('9.9')}\n`),
  fc.constant(`\r\n${kit({ ...plain, number: '666' }, '9.9')}`),
  fc.constant(`",,,,,,,,,${times},2,1,"ANSWERED","","9.9",""\n`),
  fc.constant(`"",1,630,q,x,a,b,Queue,630,${times.replaceAll('"', '')},2,1,ANSWERED,D,9.9,\n`),
);
const hostile = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const sent = fc.record({ number: hostile, name: hostile, dialled: hostile });

for (const [layout, write] of Object.entries({ master, kit })) {
  void t.test(`${layout}: whatever callers send, a file has the rows that Asterisk wrote and no other`, (t) => {
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 6 }), (calls) => {
        const ids = calls.map((_, index) => `1795892248.${index}`);
        const file = calls.map((call, index) => write(call, ids[index] ?? '')).join('');
        t.strictSame(idsIn(file), ids);
      }),
    );
    t.end();
  });

  void t.test(`${layout}: a row that is torn takes at most itself with it, and lets no forged one through`, (t) => {
    fc.assert(
      fc.property(sent, sent, fc.nat(), fc.boolean(), (first, second, cut, hasEnd) => {
        const whole = write(first, '1.1');
        // A crash, or a full disk; what comes later goes on on the same line.
        const torn = whole.slice(0, cut % whole.length);
        const ids = idsIn(`${torn}${hasEnd ? '\n' : ''}${write(second, '1.2')}${write(plain, '1.3')}`);
        if (ids.includes('9.9')) throw new Error(JSON.stringify({ torn, hasEnd, second }));
        t.ok(ids.includes('1.3'), 'the one after the next is there in any case');
      }),
    );
    t.end();
  });
}

void t.test('a row behind one that was torn is found on its line', (t) => {
  for (const torn of ['"","85322361","63', '"","85322361","630","que"', '"","1",', '"","85322361","630",x,"a']) {
    t.strictSame(idsIn(`${torn}${master(plain, '1.2')}${master(plain, '1.3')}`), ['1.2', '1.3'], torn);
  }
  t.end();
});

void t.test('a quote that is never closed swallows 8 KB at most, and nothing that is a row', (t) => {
  const rows = Array.from({ length: 400 }, (_, index) => master(plain, `2.${index}`)).join('');
  const texts = new RowTexts(isRow);
  const kinds = found(`"","1\n${rows}`, texts).map(({ kind }) => kind);
  t.equal(kinds.filter((kind) => kind === 'row').length, 400);
  const endless = new RowTexts(isRow);
  found(`"${'x\n'.repeat(100_000)}`, endless);
  t.ok(endless.pending.length <= 8 * 1024);
  t.end();
});

void t.test('a text that is too long for a row is passed over, and the row after it is found', (t) => {
  for (const piece of ['""', '"",', '1,', 'x', '\r']) {
    const long = piece.repeat(Math.ceil(9_000 / piece.length));
    for (const begin of ['"', 'x']) {
      const kinds = found(`${begin}${long}\n${master(plain, '1.1')}${master(plain, '1.2')}`);
      const rows = kinds.filter(({ kind }) => kind === 'row').map(({ text }) => `${text}\n`);
      t.ok(rows.includes(master(plain, '1.2')), piece);
    }
  }
  t.strictSame(idsIn(`x${'"",'.repeat(20_000)}${master(plain, '1.1')}`), ['1.1'], 'on the same line');
  t.end();
});

void t.test('how many pieces of a text too long for a row are tried has a bound', (t) => {
  let tried = 0;
  const texts = new RowTexts(() => {
    tried++;
    return false;
  });
  for (let n = 0; n < 4; n++) texts.take(`x${'"",'.repeat(20_000)}`);
  t.ok(tried <= 4 * 8 * 1024, String(tried));
  t.end();
});

void t.test('a hole of NULs, as a crash leaves it, takes only the row that it is in', (t) => {
  const hole = '\0'.repeat(4_096);
  const rows = [master(plain, '1.1'), master(plain, '1.2'), master(plain, '1.3')] as const;
  t.strictSame(idsIn(`${rows[0]}${hole}${rows[1]}${rows[2]}`), ['1.1', '1.2', '1.3']);
  t.strictSame(idsIn(`${rows[0].slice(0, 40)}${hole}${rows[1]}${rows[2]}`), ['1.2', '1.3']);
  t.strictSame(idsIn(`"","1\n${hole}${rows[1]}${rows[2]}`), ['1.2', '1.3']);
  t.strictSame(idsIn(`${rows[0]}${hole}\n${hole}${rows[1]}`), ['1.1', '1.2']);
  t.end();
});

void t.test('a row of which the end is missing does not take the next one as its own fields', (t) => {
  for (const write of [master, kit]) {
    const whole = write(plain, '1.1').trimEnd();
    for (let cut = 1; cut < whole.length; cut++) {
      const ids = idsIn(`${whole.slice(0, cut)}${write(plain, '1.2')}${write(plain, '1.3')}`);
      t.ok(ids.includes('1.3'), whole.slice(0, cut));
      if (write === master) t.ok(ids.includes('1.2'), whole.slice(0, cut));
    }
  }
  t.end();
});

void t.test('a row of another number of fields is torn, and the next one is read', (t) => {
  for (const odd of ['', '""', '"a","b"', Array.from({ length: 60 }, () => '"x"').join(), '1,2,3', '\r']) {
    t.strictSame(idsIn(`${odd}\n${master(plain, '1.1')}`), ['1.1'], odd);
  }
  t.end();
});

void t.test('a row that is read in two parts, with a restart in between', (t) => {
  const sentBy = { ...plain, number: `1\r\n${forged('9.9')}\r\nx` };
  const lines = master(sentBy, '1.1').split('\n').slice(0, -1);
  const before = new RowTexts(isRow);
  t.strictSame(
    lines.slice(0, 2).flatMap((line) => before.take(line)),
    [],
  );
  const after = new RowTexts(isRow);
  after.restore(before.pending);
  t.match(
    lines.slice(2).flatMap((line) => after.take(line)),
    [{ kind: 'row' }],
  );
  t.end();
});

void t.test('contract §3.6: control characters of a number, a name or what was dialled are not told', (t) => {
  const row = new RowReader('local').read(
    master({ number: '1\r\n2', name: 'a\u0007b', dialled: '8\u009b\t01' }, '1.1').trimEnd(),
  );
  t.match(row, {
    source: '1',
    destination: '801',
    callerId: '"ab" <1',
    raw: { source: '1\r\n2', destination: '8\u009b\t01' },
  });
  t.end();
});
