import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import t from 'tap';
import { StreamReader, Unread } from '../../src/http/stream-reader.ts';
import type { Live } from '../../src/live/live.ts';
import { settle } from '../push/fakes.ts';

/** Readers of a stream that says nothing by itself. */
class Box {
  readonly unread: Unread;
  readonly left: StreamReader[] = [];
  cuts = 0;
  closed = 0;

  constructor(one: number, all: number) {
    this.unread = new Unread({ one, all });
  }

  /** A client that takes one write, of `room` bytes at most, and no more until `drain` is called. */
  async reader(
    room = 1,
  ): Promise<{ readonly reader: StreamReader; readonly got: Buffer[]; readonly drain: () => Promise<void> }> {
    const live = {
      join: () => undefined,
      leave: (reader: StreamReader) => this.left.push(reader),
    } as unknown as Live;
    const reader = new StreamReader({
      ...{ live, filter: { own: undefined }, lastId: undefined, unread: this.unread, isCurrent: () => true },
      cut: () => this.cuts++,
      onClosed: () => this.closed++,
    });
    const got: Buffer[] = [];
    let next: (() => void) | undefined;
    const client = new Writable({
      highWaterMark: room,
      write(chunk: Buffer, _encoding, taken) {
        got.push(chunk);
        next = taken;
      },
    });
    pipeline(reader, client).catch(() => undefined);
    await settle();
    const drain = async (): Promise<void> => {
      next?.();
      await settle();
      await settle();
    };
    return { reader, got, drain };
  }
}

const bytes = (count: number): Buffer => Buffer.alloc(count);

void t.test('what a client has not taken counts, up to the bound; at the bound it is cut off', async (t) => {
  const box = new Box(100, 1_000);
  const { reader, got, drain } = await box.reader();
  reader.send(bytes(60), false);
  await settle();
  t.strictSame([reader.unread, reader.isIdle, got.length], [60, false, 1], 'also what the connection was given');
  reader.send(bytes(40), false);
  t.equal(box.unread.bytes, 100);
  await drain();
  t.strictSame([reader.unread, box.unread.bytes, got.length], [40, 40, 2], 'in its order');
  await drain();
  t.strictSame([reader.unread, box.unread.bytes, reader.isIdle], [0, 0, true]);
  for (const count of [50, 50]) reader.send(bytes(count), false);
  await settle();
  t.equal(box.cuts, 0);
  reader.send(bytes(1), false);
  await settle();
  t.strictSame([reader.destroyed, box.unread.bytes, box.closed, box.left.length], [true, 0, 1, 1]);
  t.ok(box.cuts > 0);
});

void t.test('one snapshot may be of any size; a second one is not taken before the first', async (t) => {
  const box = new Box(100, 10_000);
  const { reader, drain } = await box.reader();
  reader.send(bytes(40), false);
  reader.send(bytes(5_000), true);
  reader.send(bytes(60), false);
  await settle();
  t.strictSame([reader.destroyed, reader.unread], [false, 5_100]);
  await drain();
  await drain();
  t.equal(reader.unread, 60, 'the snapshot is taken');
  reader.send(bytes(4_000), true);
  t.equal(reader.destroyed, false, 'another one');
  reader.send(bytes(200), true);
  t.equal(reader.destroyed, true);
});

void t.test('of all together, the one that has read the least is cut off; a shared buffer counts once', async (t) => {
  const box = new Box(1_000, 1_000);
  const some = await Promise.all([box.reader(), box.reader(), box.reader()]);
  const shared = bytes(400);
  for (const { reader } of some) reader.send(shared, false);
  await settle();
  t.equal(box.unread.bytes, 400);
  some[1].reader.send(bytes(500), false);
  t.equal(box.unread.bytes, 900);
  some[2].reader.send(bytes(200), false);
  t.strictSame(
    some.map(({ reader }) => reader.destroyed),
    [false, true, false],
  );
  t.equal(box.unread.bytes, 600);
  for (const { reader } of some) reader.destroy();
  t.equal(box.unread.bytes, 0);
});

void t.test(
  'the end comes after what waits; a client that does not read until it is told again is cut off',
  async (t) => {
    const box = new Box(100, 1_000);
    const [one, other] = [await box.reader(), await box.reader()];
    for (const { reader } of [one, other]) {
      for (const count of [10, 20]) reader.send(bytes(count), false);
      reader.end();
      reader.send(bytes(30), false);
    }
    for (let i = 0; i < 3; i++) await one.drain();
    t.strictSame([one.got.map(({ length }) => length), one.reader.readableEnded], [[10, 20], true]);
    await settle();
    t.equal(box.cuts, 0);
    other.reader.end();
    t.strictSame([other.reader.destroyed, box.unread.bytes], [true, 0]);
    t.ok(box.cuts > 0);
    await settle();
    t.equal(box.closed, 2);
  },
);
