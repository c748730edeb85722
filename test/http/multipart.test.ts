import fc from 'fast-check';
import t from 'tap';
import { boundaryOf, parseMultipart } from '../../src/http/multipart.ts';
import { HttpError } from '../../src/http/http-error.ts';

const crlf = '\r\n';

/** A body of lines, as they are sent. */
const body = (...lines: readonly string[]): Buffer => Buffer.from(lines.join(crlf));
const part = (name: string, value: string): string[] => [
  '--b',
  `Content-Disposition: form-data; name="${name}"`,
  '',
  value,
];
const parsed = (bytes: Buffer, boundary = 'b'): Record<string, unknown> =>
  Object.fromEntries(parseMultipart(bytes, boundary));
const refused = (what: RegExp): { status: number; message: RegExp } => ({ status: 400, message: what });

void t.test('the boundary of a Content-Type', (t) => {
  const type = 'multipart/form-data';
  for (const [given, boundary] of [
    ['; boundary=----WebKitFormBoundaryAbC', '----WebKitFormBoundaryAbC'],
    [';boundary="a b:c"', 'a b:c'],
    ['; charset=utf-8; Boundary="----=_Part_1"; x=y', '----=_Part_1'],
    [`; boundary=${'x'.repeat(70)}`, 'x'.repeat(70)],
  ] as const) {
    t.equal(boundaryOf(type + given), boundary);
  }
  for (const bad of [
    '',
    '; boundary=',
    '; boundary=""',
    '; boundary="a "',
    '; boundary=a;boundary=a',
    '; xboundary=a',
  ]) {
    t.throws(() => boundaryOf(type + bad), refused(/needs one boundary$/), bad);
  }
  for (const bad of [`; boundary=${'x'.repeat(71)}`, '; boundary=密', '; boundary="a\\"b"', '; boundary=a\r\nb']) {
    t.throws(() => boundaryOf(type + bad), refused(/needs one boundary$/), bad);
  }
  t.end();
});

void t.test('what clients send', (t) => {
  t.strictSame(parsed(body(...part('src', '800'), ...part('dst', '801'), '--b--', '')), { src: ['800'], dst: ['801'] });
  t.strictSame(parsed(body(...part('x', '1'), ...part('x', ''), '--b--')), { x: ['1', ''] }, 'no line end at the end');
  t.strictSame(parsed(body('', ...part('x', '1'), '--b--', '', '')), { x: ['1'] }, 'an empty line before, two behind');
  t.strictSame(parsed(body('--b--', '')), {}, 'nothing');
  t.strictSame(parsed(body(...part('x', `a${crlf}${crlf}--c${crlf}-b`), '--b--')), { x: ['a\r\n\r\n--c\r\n-b'] });
  t.strictSame(parsed(body(...part('x', 'a\n--b--\nb'), '--b--')), { x: ['a\n--b--\nb'] }, 'a lone LF ends no line');
  t.strictSame(parsed(body(...part('名', '密码 é'), '--b--')), { 名: ['密码 é'] });
  t.strictSame(parsed(body(...part('a%22b\\', '1'), '--b--')), { 'a"b\\': ['1'] });
  const word = body(
    '--b \t',
    'content-disposition:form-data;name=src',
    'Content-Type: text/plain; charset=utf-8',
    '',
    '8',
    '--b-- ',
  );
  t.strictSame(parsed(word), { src: ['8'] }, '.NET: a name without quotes');
  const latin = [
    'Content-Type: text/plain; charset=ISO-8859-1',
    'Content-Transfer-Encoding: 8bit',
    'Content-Length: 1',
  ];
  const java = body('--b', 'Content-Disposition: form-data; name="src"', ...latin, '', '8', '--b--');
  t.strictSame(parsed(java), { src: ['8'] }, 'Java: a charset that its text does not need');
  const proto = parseMultipart(body(...part('__proto__', '1'), '--b--'), 'b');
  t.strictSame([...proto], [['__proto__', ['1']]]);
  t.end();
});

void t.test('what is refused, and why', (t) => {
  const head = 'Content-Disposition: form-data; name="x"';
  const of = (...headers: readonly string[]): Buffer => body('--b', ...headers, '', '1', '--b--');
  const cases: readonly [what: RegExp, bytes: Buffer][] = [
    [/does not begin with its boundary/, body('preamble', ...part('x', '1'), '--b--')],
    [/does not begin with its boundary/, body('')],
    [/does not begin with its boundary/, body('--c', head, '', '1', '--c--')],
    [/does not end with its last boundary/, body(...part('x', '1'))],
    [/does not end with its last boundary/, body(...part('x', '1'), '--b')],
    [/does not end with its last boundary/, body(...part('x', '1'), '--b', '')],
    [/does not end with its last boundary/, body(...part('x', '1'), '--b--', 'epilogue')],
    [/does not end with its last boundary/, body(...part('x', '1'), '--b--', ...part('y', '1'), '--b--x')],
    [/goes on$/, body(...part('x', '1'), '--b--', ...part('y', '1'), '--b--')],
    [/goes on$/, body(...part('x', `1${crlf}--bc`), '--b--')],
    [
      /goes on$/,
      Buffer.from(
        body(...part('x', '1'), '--b--')
          .toString()
          .replaceAll(crlf, '\n') + `${crlf}--b--`,
      ),
    ],
    [
      /does not end/,
      Buffer.from(
        body(...part('x', '1'), '--b--')
          .toString()
          .replaceAll(crlf, '\n'),
      ),
    ],
    [/without an empty line/, body('--b', head, '--b--')],
    [/without a Content-Disposition/, body('--b', '', '1', '--b--')],
    [/without a Content-Disposition/, of('Content-Type: text/plain')],
    [/without a Content-Disposition/, of('Content-Disposition: attachment; name="x"')],
    [/without a Content-Disposition/, of('Content-Disposition: form-data; name="x')],
    [/without a Content-Disposition/, of('Content-Disposition: form-data; name="x"y')],
    [/without one name/, of('Content-Disposition: form-data')],
    [/without one name/, of('Content-Disposition: form-data; name=""')],
    [/without one name/, of('Content-Disposition: form-data; name=a; name=b')],
    [/without one name/, of("Content-Disposition: form-data; name*=utf-8''x")],
    [/without one name/, of(`Content-Disposition: form-data; name="${'x'.repeat(101)}"`)],
    [/without one name/, of('Content-Disposition: form-data; name="a\tb"')],
    [/has a file: only fields are taken/, of(`${head}; filename="a.wav"`, 'Content-Type: audio/wav')],
    [/has a file/, of(`${head}; filename=""`)],
    [/has a file/, of(`Content-Disposition: form-data; filename*=utf-8''a; name="x"`)],
    [
      /has a file/,
      Buffer.concat([body('--b', `${head}; FILENAME=a`, '', ''), Buffer.from([0xff, 0]), body('', '--b--')]),
    ],
    [/the part x that has parts itself/, of(head, 'Content-Type: multipart/mixed; boundary=c')],
    [/the part x in an encoding/, of(head, 'Content-Transfer-Encoding: base64')],
    [/the part x in a charset/, body('--b', head, 'Content-Type: text/plain; charset=gbk', '', '密', '--b--')],
    [/two headers content-disposition/, of(head, head)],
    [/malformed header/, of(head, ' folded: x')],
    [/malformed header/, of(head, 'no colon')],
    [/malformed header/, of(head, 'A: x\nB: y')],
    [/malformed header/, of(head, `A: ${'x'.repeat(500)}`)],
    [/more than 8 headers/, of(head, ...Array.from({ length: 8 }, (_, at) => `A${at}: x`))],
    [/more than 200 parts/, body(...Array.from({ length: 201 }, () => part('x', '1')).flat(), '--b--')],
    [/not UTF-8/, Buffer.concat([body(...part('x', '')), Buffer.from([0xc3, 0x28]), body('', '--b--')])],
    [/not UTF-8/, Buffer.from(body(...part('é', '1'), '--b--').toString(), 'latin1')],
  ];
  for (const [what, bytes] of cases) {
    t.throws(
      () => parsed(bytes),
      refused(what),
      `${what.source}: ${JSON.stringify(bytes.toString('latin1').slice(0, 90))}`,
    );
  }
  t.end();
});

const unit = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('\r', '\n', '\r\n', '-', '--', 'b', '--b', '\n--b', ' ', '"', '\\', '%22', ';', '密', '\0'),
  }),
);

void t.test('properties: what Node sends comes back; any value that does not hold the delimiter does', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[^\p{Cc}%]{1,30}$/u), unit), { maxLength: 5 }),
      async (fields) => {
        const form = new FormData();
        for (const [name, value] of fields) form.append(name, value);
        const sent = new Request('http://box/', { method: 'POST', body: form });
        const bytes = Buffer.from(await sent.arrayBuffer());
        const found = parseMultipart(bytes, boundaryOf(sent.headers.get('content-type') ?? ''));
        const wanted = new Map<string, string[]>();
        for (const [name, value] of form) {
          if (typeof value !== 'string') throw new Error('a file');
          // Forms have lines that end with CR LF (HTML §4.10.21.8).
          wanted.set(name, [...(wanted.get(name) ?? []), value.replace(/\r\n|\r|\n/g, crlf)]);
        }
        return JSON.stringify([...found]) === JSON.stringify([...wanted]);
      },
    ),
  );
  fc.assert(
    fc.property(unit, unit, (one, two) => {
      fc.pre(![one, two].some((value) => `${crlf}${value}${crlf}`.includes(`${crlf}--b`)));
      const found = parsed(body(...part('x', one), ...part('y', two), '--b--'));
      return JSON.stringify(found) === JSON.stringify({ x: [one], y: [two] });
    }),
  );
  t.end();
});

void t.test('property: whatever comes is read or refused with 400, and no field comes of nothing', (t) => {
  const good = body(...part('src', '800'), ...part('dst', '801'), '--b--', '').toString('latin1');
  const piece = fc.constantFrom(
    '',
    crlf,
    '\n',
    '--b',
    '--b--',
    '--',
    ' ',
    ';',
    '"',
    'name=',
    'filename=x',
    ':',
    '\xff',
    '\0',
  );
  const damaged = fc
    .array(fc.record({ at: fc.nat(good.length), drop: fc.nat(9), put: piece }), { minLength: 1, maxLength: 4 })
    .map((edits) => edits.reduce((text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop), good));
  const any = fc.oneof(
    damaged,
    fc.array(piece, { maxLength: 20 }).map((all) => all.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(any, (text) => {
      try {
        const fields = parseMultipart(Buffer.from(text, 'latin1'), 'b');
        return [...fields.values()].flat().length <= text.split('--b').length;
      } catch (error) {
        return error instanceof HttpError && error.status === 400;
      }
    }),
    { numRuns: 3_000 },
  );
  t.end();
});

void t.test('the worst of 16 KB is judged quickly', (t) => {
  const size = 16_384;
  const slow = [
    `--b${crlf}`.repeat(size / 5),
    `--b${crlf}Content-Disposition: form-data${'; a="'.repeat(80)}${crlf}${crlf}`.repeat(20),
    `--b${crlf}${'a:'.repeat(size / 2)}`,
    `--b${crlf}${' '.repeat(size)}`,
    `--b--${crlf.repeat(size / 2)}x`,
    `--b${crlf}Content-Disposition: form-data;${' '.repeat(440)}x${crlf}${crlf}`.repeat(30),
  ];
  const began = process.cpuUsage().user;
  for (const text of slow) t.throws(() => parsed(Buffer.from(`${text}${crlf}--b--`)), refused(/^the multipart body /));
  t.ok((process.cpuUsage().user - began) / 1000 < 500, 'less than half a second for all');
  t.end();
});
