import t from 'tap';
import { InFlightMarks } from '../../src/push/in-flight-marks.ts';
import { settle } from './fakes.ts';

void t.test('an id is kept until its mark is stored', async (t) => {
  const marks = new InFlightMarks();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  marks.add('a', promise.then());
  await settle();
  t.ok(marks.has('a'));
  t.notOk(marks.has('b'));
  resolve(undefined);
  await settle();
  t.notOk(marks.has('a'));
});

void t.test('an id whose mark is stored during a read is kept until the read ends', async (t) => {
  const marks = new InFlightMarks();
  const endRead = marks.startRead();
  marks.add('a', Promise.resolve());
  await settle();
  t.ok(marks.has('a'));
  endRead();
  t.notOk(marks.has('a'));
});

void t.test('of two reads the last one to end counts', async (t) => {
  const marks = new InFlightMarks();
  const [endFirst, endSecond] = [marks.startRead(), marks.startRead()];
  marks.add('a', Promise.resolve());
  await settle();
  endSecond();
  t.ok(marks.has('a'));
  endFirst();
  t.notOk(marks.has('a'));
});

void t.test('an id that ends a second time during a read waits for its second mark', async (t) => {
  const marks = new InFlightMarks();
  const endRead = marks.startRead();
  marks.add('a', Promise.resolve());
  await settle();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  marks.add('a', promise.then());
  endRead();
  t.ok(marks.has('a'), 'it was sent again after a replay');
  resolve(undefined);
  await settle();
  t.notOk(marks.has('a'));
});
