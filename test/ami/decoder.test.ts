import fc from 'fast-check';
import t from 'tap';
import { Decoder, type DecoderOptions } from '../../src/ami/decoder.ts';
import { MessageCopy } from '../../src/ami/message-copy.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { equals } from '../../src/ami/string-cache.ts';
import { captures, written } from './capture.ts';
import { whole } from './whole.ts';

const greeting = 'Asterisk Call Manager/5.0.4\r\n';

/** Every event and every variable wanted. */
const all: ReadonlySet<string> = {
  has: () => true,
  size: 0,
} as unknown as ReadonlySet<string>;

interface Decoded {
  readonly version: string;
  readonly messages: AmiMessage[];
}

function decode(chunks: Iterable<Buffer>, options: Partial<DecoderOptions> = {}, correlate = false): Decoded {
  let version = '';
  const messages: AmiMessage[] = [];
  const decoder = new Decoder({
    events: all,
    variables: () => true,
    onGreeting: (text) => {
      version = text;
    },
    onMessage: (message) => {
      messages.push(message.copy());
    },
    onForged: () => undefined,
    ...options,
  });
  decoder.correlate = correlate;
  for (const chunk of chunks) decoder.push(chunk);
  return { version, messages };
}

const text = (body: string, options?: Partial<DecoderOptions>, correlate?: boolean): AmiMessage[] =>
  decode([Buffer.from(greeting + body)], options, correlate).messages;

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [0, ...[...new Set(at)].filter((n) => n > 0 && n < bytes.length).sort((a, b) => a - b), bytes.length];
  return points.slice(1).map((end, i) => bytes.subarray(points[i], end));
}

/** Every value of a repeated field, in order. */
function allOf(message: AmiMessage, field: string): string[] {
  const copy = message.copy();
  const fields = copy instanceof MessageCopy ? copy.fields : [];
  return fields.filter((_, at) => at % 2 === 1 && fields[at - 1] === field);
}

/** The same messages read with nothing but string functions, to compare with. */
function plain(bytes: Buffer): string[][] {
  return bytes
    .toString('utf8')
    .replaceAll('\r\n', '\n')
    .replace(/^.*\n/, '')
    .split(/\n\n+/)
    .map((block) => block.split('\n').filter((line) => line.includes(':')))
    .filter((lines) => lines.length > 0);
}

const fieldsOf = (lines: readonly string[]): string[] => [...new Set(lines.map((line) => line.replace(/:.*/s, '')))];
const valuesOf = (lines: readonly string[], field: string): string[] =>
  lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ''));

function same(decoded: readonly AmiMessage[], expected: readonly string[][]): void {
  if (decoded.length !== expected.length)
    throw new Error(`${decoded.length} messages, not the ${expected.length} that were sent`);
  expected.forEach((lines, i) => {
    for (const field of fieldsOf(lines)) {
      const got = allOf(decoded[i]!, field);
      const sent = valuesOf(lines, field);
      if (JSON.stringify(got) !== JSON.stringify(sent))
        throw new Error(`message ${i}, ${field}: ${JSON.stringify(got)}, sent was ${JSON.stringify(sent)}`);
    }
  });
}

void t.test('captured streams, whole: every field of every message', (t) => {
  for (const { name, bytes } of captures()) {
    const { version, messages } = decode([bytes]);
    t.match(version, /^\d+\.\d+\.\d+$/, name);
    t.doesNotThrow(() => {
      same(messages, plain(bytes));
    }, name);
  }
  t.end();
});

void t.test('captured streams, cut at random places: the same messages', (t) => {
  for (const { name, bytes } of captures()) {
    const part = bytes.subarray(0, 100_000);
    const expected = JSON.stringify(decode([part]));
    const cuts = fc.array(fc.nat(part.length - 1), { maxLength: 40, size: 'max' });
    t.doesNotThrow(() => {
      fc.assert(
        fc.property(cuts, (at) => JSON.stringify(decode(cut(part, at))) === expected),
        { numRuns: name === 'written by hand' ? 300 : 5 },
      );
    }, name);
  }
  t.end();
});

void t.test('cut in two at every byte, and byte by byte (UTF-8 in the middle of a character too)', (t) => {
  const expected = plain(written);
  for (let at = 1; at < written.length; at++) same(decode(cut(written, [at])).messages, expected);
  same(decode(cut(written, [...written.keys()])).messages, expected);
  const names = decode(cut(written, [...written.keys()])).messages.map((message) => message.get('CallerIDName'));
  t.ok(names.includes('呼叫中心 ☎️'));
  t.end();
});

void t.test('further empty lines, cut at every byte; a bare LF or CR ends neither a line nor a message', (t) => {
  for (const end of ['\r\n\r\n', '\r\n\r\n\r\n', '\r\n\r\n\r\n\r\n\r\n', '\n\r\n\r\n', '\r\r\n\r\n']) {
    const bytes = Buffer.from(`${greeting}Event: A\r\nX: 1${end}Event: B\r\nX: 2${end}Response: C\r\nX: 3${end}`);
    for (let at = 1; at <= bytes.length; at++) {
      const { messages } = decode(cut(bytes, [at, at + 1]));
      const got = messages.map((message) => `${message.type} ${message.name} ${message.get('X')}`);
      if (got.join() !== 'event A 1,event B 2,response C 3') t.fail(JSON.stringify({ end, at, got }));
    }
    t.pass(JSON.stringify(end));
  }
  const [message, ...more] = text('Event: A\r\nX: 1\n\nEvent: B\nY: 2\n\n\r\nZ: 3\r\n\r\n');
  t.strictSame(
    [message!.name, message!.get('X'), message!.get('Y'), message!.get('Z'), more],
    ['A', '1', '', '3', []],
    'what stands behind a bare LF is no field, and is not shown',
  );
  t.end();
});

void t.test(
  'any bytes after the greeting, cut anywhere: no exception, and nothing of it in a value is a control character',
  (t) => {
    const pieces = fc.constantFrom(
      'Event: A',
      'Event: VarSet',
      'Variable: x',
      'K: v',
      'K:',
      ':',
      '\r',
      '\n',
      '\r\n',
      'ü',
    );
    const noise = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes));
    const stream = fc.array(
      fc.oneof(
        pieces.map((piece) => Buffer.from(piece)),
        noise,
      ),
      { maxLength: 60, size: 'max' },
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 20, size: 'max' }), (body, at) => {
        const bytes = Buffer.concat([Buffer.from(greeting), ...body]);
        const { messages } = decode(cut(bytes, at));
        return messages.every((message) => allOf(message, 'K').every((value) => !/\p{Cc}/u.test(value)));
      }),
      { numRuns: 500 },
    );
    t.pass('500 streams');
    t.end();
  },
);

void t.test('repeated keys keep their order; get gives the first', (t) => {
  const [message] = text(
    'Response: Success\r\nOutput: one\r\nOutput: \r\nVariable: a=1\r\nOutput: three: 3\r\nVariable: b=2\r\n\r\n',
  );
  t.strictSame(allOf(message!, 'Output'), ['one', '', 'three: 3']);
  t.strictSame(allOf(message!, 'Variable'), ['a=1', 'b=2']);
  t.equal(message!.get('Output'), 'one');
  t.strictSame(allOf(message!, 'ChanVariable'), []);
  t.equal(message!.get('output'), '', 'names are matched as Asterisk spells them');
  t.end();
});

void t.test('an event that has a Response is an event (OriginateResponse)', (t) => {
  const [one, two] = text(
    `${whole(['Event: OriginateResponse', 'Response: Failure'])}Response: Failure\r\nEvent: OriginateResponse\r\n\r\n`,
  );
  for (const message of [one!, two!]) {
    t.equal(message.type, 'event');
    t.equal(message.name, 'OriginateResponse');
    t.equal(message.get('Response'), 'Failure');
  }
  t.end();
});

void t.test('events nobody wants are passed over; VarSet by its variable', (t) => {
  const asked: string[] = [];
  const options = {
    events: new Set(['VarSet', 'Hangup']),
    variables: (name: string) => {
      asked.push(name);
      return name === 'QUEUESTATUS';
    },
  };
  const varSet = (name: string): string =>
    whole(['Event: VarSet', 'Channel: none', `Variable: ${name}`, 'Value: x: y']);
  const stream =
    `Event: Newexten\r\nVariable: QUEUESTATUS\r\n\r\n${varSet('MACRO')}${varSet('QUEUESTATUS')}` +
    `${whole(['Event: Hangup', 'Cause: 16'])}Event: HangupRequest\r\n\r\n${varSet('')}Response: Pong\r\n\r\n`;
  t.strictSame(
    text(stream, options).map((message) => message.name + message.get('Variable')),
    ['VarSetQUEUESTATUS', 'Hangup', 'Pong'],
  );
  t.strictSame(asked, ['MACRO', 'QUEUESTATUS', ''], 'asked for VarSet only');
  t.end();
});

void t.test('while items of a list are expected, events with an ActionID come through whatever their name', (t) => {
  const stream = `${whole(['Event: CoreShowChannel', 'ActionID: 1'])}Event: Newexten\r\n\r\nEvent: QueueMember\r\nQueue: 630\r\nActionID: 1\r\n\r\n`;
  const names = (correlate: boolean): string[] =>
    text(stream, { events: new Set(['Hangup']) }, correlate).map((message) => message.name);
  t.strictSame(names(true), ['CoreShowChannel', 'QueueMember']);
  t.strictSame(names(false), []);
  t.end();
});

void t.test('a Command reply of 20,000 lines, and a list of 20,000 items', (t) => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `Output: line ${i} ${'x'.repeat(70)}\r\n`);
  const reply = Buffer.from(`${greeting}Response: Success\r\n${lines.join('')}\r\nResponse: Pong\r\n\r\n`);
  const chunks = cut(
    reply,
    Array.from({ length: reply.length >> 16 }, (_, i) => (i + 1) << 16),
  );
  const [message, pong] = decode(chunks).messages;
  t.equal(allOf(message!, 'Output').length, 20_000);
  t.equal(allOf(message!, 'Output')[19_999], `line 19999 ${'x'.repeat(70)}`);
  t.equal(pong!.name, 'Pong');
  const items = Array.from({ length: 20_000 }, (_, i) => `Event: QueueParams\r\nPosition: ${i}\r\n\r\n`);
  const list = text(items.join(''));
  t.equal(list.length, 20_000);
  t.equal(list[19_999]!.get('Position'), '19999');
  t.end();
});

void t.test('a line or a message without end is cut off; its memory stays bounded', (t) => {
  const flood = (piece: string, bound: number): void => {
    const chunk = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)));
    t.throws(
      () => {
        decode(
          (function* () {
            yield Buffer.from(greeting);
            for (let sent = 0; sent <= bound + 2 * chunk.length; sent += chunk.length) yield chunk;
          })(),
        );
      },
      { name: 'AmiError', kind: 'protocol' },
      piece,
    );
  };
  flood('x', 128 * 1024);
  flood('Key: value\r\n', 2 * 1024 * 1024);
  t.throws(
    () => {
      // A long message that came in pieces, and is over, does not move the bound of the line after it.
      const long = Buffer.from(`${greeting}${'Key: value\r\n'.repeat(50_000)}`);
      decode([...cut(long, [65_536]), Buffer.from('\r\n'), Buffer.alloc(100_000, 'x'), Buffer.alloc(50_000, 'x')]);
    },
    { name: 'AmiError', kind: 'protocol' },
    'a line after a long message',
  );
  t.throws(
    () => decode([Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')]),
    { name: 'AmiError', kind: 'protocol' },
    'another service',
  );
  t.throws(
    () => decode([Buffer.from('HT'), Buffer.from('TP')]),
    { name: 'AmiError', kind: 'protocol' },
    'told before its line ends',
  );
  t.throws(() => decode([Buffer.from(`Asterisk Call Manager/${'9'.repeat(300)}`)]), {
    name: 'AmiError',
    kind: 'protocol',
  });
  t.strictSame(decode(cut(written, [3])).version, '5.0.4', 'a greeting in two pieces');
  t.end();
});

void t.test('a message read after its handler throws, a kept one stays; the chunk may be reused', (t) => {
  const seen: AmiMessage[] = [];
  const kept: AmiMessage[] = [];
  const decoder = new Decoder({
    events: all,
    variables: () => true,
    onGreeting: () => undefined,
    onMessage: (message) => {
      seen.push(message);
      kept.push(message.copy());
    },
    onForged: () => undefined,
  });
  const chunk = Buffer.from(greeting + whole(['Event: Hangup', 'Uniqueid: 1534993030.626']));
  decoder.push(chunk);
  chunk.fill('?');
  t.throws(() => seen[0]!.get('Uniqueid'), /after its handler/);
  t.throws(() => seen[0]!.name, /after its handler/);
  t.equal(kept[0]!.get('Uniqueid'), '1534993030.626');
  t.equal(kept[0]!.name, 'Hangup');
  t.equal(kept[0]!.type, 'event');
  t.end();
});

void t.test('values of any text come back as they were sent (the string cache never mixes them up)', (t) => {
  const value = fc.string({ unit: 'grapheme', maxLength: 60, size: 'max' }).map((s) => s.replace(/\p{Cc}/gu, ''));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 50, size: 'max' }), (values) => {
      const [message] = text(`Event: A\r\n${values.map((v) => `V: ${v}\r\n`).join('')}\r\n`);
      return JSON.stringify(allOf(message!, 'V')) === JSON.stringify(values.map((v) => Buffer.from(v).toString()));
    }),
    { numRuns: 300 },
  );
  const [bad] = decode([
    Buffer.concat([Buffer.from(`${greeting}Event: A\r\nV: `), Buffer.from([0xe9]), Buffer.from('\r\nV: é\r\n\r\n')]),
  ]).messages;
  t.strictSame(allOf(bad!, 'V'), ['\ufffd', 'é']);
  t.equal(equals('é', Buffer.from([0xe9]), 0, 1), false, 'a byte of Latin-1 is not the character');
  t.end();
});
