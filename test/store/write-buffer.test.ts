import t from 'tap';
import { WriteBuffer } from '../../src/store/write-buffer.ts';
import type { BufferedChange } from '../../src/store/write-buffer.ts';
import type { Kept, Mark } from '../../src/store/store.ts';
import { delivered, record } from './stores.ts';

const failed: Mark = { state: 'pending', attempts: 1, error: 'HTTP 500' };

function add(id: string, receivers = ['x', 'y']): BufferedChange {
  return { kind: 'add', entry: record(id), receivers };
}

function mark(id: string, what: Mark, receiver = 'x'): BufferedChange {
  return { kind: 'mark', receiver, id, mark: what };
}

/** Writes everything that is buffered, `most` changes at a time. */
function drain(buffer: WriteBuffer, most: number): string[][] {
  const batches: string[][] = [];
  while (!buffer.isEmpty) {
    const { changes, written } = buffer.next(most);
    batches.push(
      changes.map((change) => {
        if (change.kind === 'add') return `add ${change.entry.id}`;
        if (change.kind === 'mark') return `${change.mark.state} ${change.id} ${change.receiver}`;
        if (change.kind === 'access') return `access ${change.row.id}`;
        if (change.kind === 'keep') return `keep ${change.kept.id} ${change.kept.text ?? ''}`;
        return `checkpoint ${change.name} ${change.text}`;
      }),
    );
    written();
  }
  return batches;
}

void t.test('marks of stored records first, then records with their marks, checkpoints last', (t) => {
  const buffer = new WriteBuffer(10);
  buffer.take({ kind: 'checkpoint', name: 'log', text: '1' });
  buffer.take(add('a'));
  buffer.take(mark('a', failed));
  buffer.take(mark('stored', delivered));
  buffer.take(add('b'));
  buffer.take({ kind: 'checkpoint', name: 'log', text: '2' });
  t.equal(buffer.size, 2);
  t.ok(buffer.has('a'));
  t.notOk(buffer.has('stored'));
  t.equal(buffer.checkpoint('log'), '2');
  t.strictSame(drain(buffer, 2), [['delivered stored x'], ['add a', 'pending a x'], ['add b', 'checkpoint log 2']]);
  t.equal(buffer.checkpoint('log'), undefined);
  t.end();
});

void t.test('only the last mark of a delivery is kept, and a delivered one is final', (t) => {
  const buffer = new WriteBuffer(10);
  buffer.take(add('a'));
  for (const id of ['a', 'stored']) {
    for (let i = 0; i < 5; i++) buffer.take(mark(id, failed));
    buffer.take(mark(id, delivered));
    buffer.take(mark(id, failed));
  }
  t.strictSame(drain(buffer, 100), [['delivered stored x'], ['add a', 'delivered a x']]);
  t.end();
});

void t.test('bounded: the oldest record is dropped, for the receivers that do not have it', (t) => {
  const buffer = new WriteBuffer(2);
  t.strictSame(buffer.take(add('a')), []);
  t.strictSame(buffer.take(add('a')), [], 'an id is taken once');
  buffer.take(mark('a', delivered));
  t.strictSame(buffer.take(add('b')), []);
  t.strictSame(buffer.take(add('c')), [{ receiver: 'y', id: 'a' }]);
  for (let i = 0; i < 20; i++) buffer.take(mark(`stored ${i}`, delivered));
  const [marks = []] = drain(buffer, 100);
  t.strictSame(
    marks,
    Array.from({ length: 8 }, (_, i) => `delivered stored ${i + 12} x`),
    'four marks for each record',
  );
  t.end();
});

void t.test('a checkpoint that is set during the write is kept', (t) => {
  const buffer = new WriteBuffer(2);
  buffer.take({ kind: 'checkpoint', name: 'log', text: '1' });
  const { written } = buffer.next(10);
  buffer.take({ kind: 'checkpoint', name: 'log', text: '2' });
  written();
  t.strictSame(drain(buffer, 10), [['checkpoint log 2']]);
  t.end();
});

void t.test('what is kept besides records: never something older after something newer', (t) => {
  const kept = (id: string, text: string | undefined): Kept => ({ of: 'missed call', id, text });
  const keep = (id: string, text: string | undefined): BufferedChange => ({ kind: 'keep', kept: kept(id, text) });
  const keeping = (id: string, ...keeps: Kept[]): BufferedChange => {
    const change = add(id);
    return change.kind === 'add' ? { ...change, entry: { ...change.entry, keeps } } : change;
  };
  const buffer = new WriteBuffer(2);
  buffer.take(keep('1', 'old'));
  buffer.take(keep('2', 'b'));
  buffer.take(keeping('a', kept('1', 'new')));
  buffer.take(keep('2', undefined));
  t.strictSame(drain(buffer, 10), [['add a', 'keep 2 ']], 'the record writes 1');
  buffer.take(keeping('b', kept('1', 'lost')));
  buffer.take(keep('1', 'newest'));
  buffer.take(add('c'));
  buffer.take(add('d'));
  t.strictSame(drain(buffer, 1), [['add c'], ['add d', 'keep 1 newest']], 'a record that is dropped leaves the newest');
  buffer.take(keeping('e', kept('1', 'x'), kept('2', 'y')));
  buffer.take(keeping('f', kept('1', 'z')));
  buffer.take(add('g'));
  t.strictSame(drain(buffer, 10), [['add f', 'add g', 'keep 2 y']], 'and what it kept, where nothing newer does');
  t.end();
});
