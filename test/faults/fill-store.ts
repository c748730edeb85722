// A process of its own, `FOLDER COUNT`: puts so many records into a store, none delivered, two for each call.
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { webhookId } from '../../src/push/webhook-id.ts';
import { FakeLog } from '../push/fakes.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
const store = new SqliteStore({ folder, log: new FakeLog(), keepDays: () => 30, receivers: () => [''] });
await store.start(() => undefined);
const add = (number: number): Promise<unknown> => {
  const callId = `backlog-${Math.floor(number / 2)}`;
  const body = {
    event: 'cdr',
    callerid: '"85320001" <85320001>',
    source: '85320001',
    destination: '630',
    starttime: '2026-01-05 15:10:09',
    answertime: '2026-01-05 15:10:10',
    endtime: '2026-01-05 15:10:11',
    disposition: 'ANSWERED',
    duration: '2',
    billableseconds: '1',
    calltype: 'inbound',
    recordfile: '',
    uniqueid: callId,
    mac: '68:69:2e:03:8b:3e',
    backlog: number,
  };
  const id = webhookId({ mac: body.mac, event: 'cdr', callId, rowKey: String(number) });
  const entry = {
    id,
    event: 'cdr',
    callId,
    class: 'record' as const,
    body: JSON.stringify(body),
    createdAt: Date.now(),
  };
  return store.add(entry, ['']);
};
for (let from = 0; from < Number(count); from += 200) {
  const size = Math.min(200, Number(count) - from);
  await Promise.all(Array.from({ length: size }, (_, at) => add(from + at)));
}
await store.stop();
