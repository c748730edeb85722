import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { Decoder } from '../../src/ami/decoder.ts';
import { eventShapes } from '../../src/ami/known-shapes.ts';
import { Picture } from '../../src/picture/picture.ts';
import { whole } from './whole.ts';

/** What the daemon is told, without the values that are a caller's own words. */
function told(bytes: Buffer): string[] {
  const messages: string[] = [];
  const decoder = new Decoder({
    events: new Set(Picture.events),
    variables: () => false,
    onGreeting: () => undefined,
    onMessage: (message) => {
      const shape = eventShapes.get(message.name);
      const own = shape?.names.filter((_, at) => shape.open[at] !== true) ?? [];
      messages.push([message.name, ...own.map((name) => message.get(name))].join('|'));
    },
    onForged: () => undefined,
  });
  decoder.push(bytes);
  return messages;
}

void t.test('a forged piece in any caller’s field of a real stream makes no event and changes none', (t) => {
  for (const setup of ['16-sip', '16-pjsip', '22-pjsip']) {
    const file = new URL(`../transcripts/${setup}/inbound-menu-queue.ami`, import.meta.url);
    const stream = readFileSync(file, 'latin1');
    const fields = [
      ...stream.matchAll(/\r\n(?:Dest)?(?:CallerIDNum|CallerIDName|ConnectedLineNum|ConnectedLineName): /g),
    ];
    const real = new Set(told(Buffer.from(stream, 'latin1')));
    const kinds = fc.constantFrom('ExtensionStatus', 'Hangup', 'QueueMemberAdded', 'Newstate', 'Cdr');
    const pieces = kinds.map((kind) => `1\r\n\r\n${whole([`Event: ${kind}`, 'Hint: Local/801@x', 'Uniqueid: 9.9'])}`);
    const heads = fc.constantFrom('', 'Event: X\r\nPrivilege: a,b\r\nY: ', 'z\r\n\r\n', 'Uniqueid: 9.9\r\n');
    fc.assert(
      fc.property(fc.nat(fields.length - 1), pieces, heads, (at, piece, head) => {
        const match = fields[at];
        const from = match === undefined ? 0 : match.index + match[0].length;
        const bytes = Buffer.from(stream.slice(0, from) + piece + head + stream.slice(from), 'latin1');
        return told(bytes).every((message) => real.has(message));
      }),
      { numRuns: 60 },
    );
    t.pass(setup);
  }
  t.end();
});
