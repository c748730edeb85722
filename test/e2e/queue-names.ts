import t from 'tap';
import { EventStream } from '../http/event-stream.ts';
import type { ApiAnswer } from '../lab/daemon.ts';
import { tokenOf } from '../lab/daemon.ts';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';

/** Names that people give their queues. */
const names = ['Sales Team', '销售 Süd & Co 📞', 'a,b'] as const;
const [team, sold, comma] = names;

/** Asterisk's queues of these names; a DID rings the second. */
const extra = {
  'queues.conf': names.map((name) => `[${name}](coocenter-queue)`).join('\n'),
  'extensions.conf': `[did](+)\nexten => ${directDid}700,1,Answer()\n same => n,Queue(${sold},,,,30)\n same => n,Hangup()`,
};

const success = (message: string): unknown => ({ status: 200, json: { status: 'success', message } });
const noSuchQueue = { status: 404, json: { message: /No such queue|^Interface not found$/ } };

/** Queues by the names that Asterisk lists, in every request that names one, on one set-up. */
export function runQueueNames(setup: Setup): void {
  void t.test(`queues are named as Asterisk lists them, ${setup}`, (t) =>
    withLab(
      t,
      setup,
      async ({ daemon, receiver, provider, ...lab }) => {
        const act = (path: string, fields: Readonly<Record<string, string>>): Promise<ApiAnswer> =>
          daemon.api('POST', `queues/${path}`, fields);
        const members = async (): Promise<Readonly<Record<string, unknown>>> =>
          ((await daemon.api('GET', 'queues/queue-info')).json as { data: Record<string, unknown> }).data;
        const agent = await lab.phone('800');

        t.match(await members(), Object.fromEntries(names.map((name) => [name, []])), 'contract §4.4');
        for (const queue of names) {
          const own = { extension: '800', queue };
          t.match(await act('agent-login', own), success('login extension success'), queue);
          t.match((await members())[queue], [{ name: /\/800$/, paused: '0' }]);
          const paused = await act('agent-pause', { queue, member: '800', state: 'on' });
          t.match(paused, success('Interface paused successfully'));
          t.match((await members())[queue], [{ paused: '1' }]);
          const back = await act('agent-pause', { queue, member: '800', state: 'off' });
          t.match(back, success('Interface unpaused successfully'));
          t.match(await act('agent-logout', own), success('logout extension success'));
          t.same((await members())[queue], []);
        }
        for (const queue of ['Sales', 'Sales  Team', 'Sales Team 2', '销售', '*', 'Sales Team,630']) {
          t.match(await act('agent-login', { extension: '800', queue }), noSuchQueue, queue);
          t.match(await act('agent-pause', { queue, member: '800', state: 'on' }), noSuchQueue, queue);
          t.match(await act('agent-logout', { extension: '800', queue }), noSuchQueue, queue);
        }

        for (const [filter, seen] of [
          [`queue=${comma}`, [comma]],
          [`queue=${comma}&queue=630`, ['630', comma]],
          [`queue=630,${encodeURIComponent(team)}`, ['630', team]],
        ] as const) {
          const filtered = await EventStream.open(daemon.port, `/coocenter-api/stream?kind=queue&${filter}`, {
            authorization: tokenOf(),
          });
          await filtered.until('a snapshot', () => filtered.names.includes('snapshot'));
          filtered.close();
          const { queue } = filtered.events[0]?.data as { queue: Readonly<Record<string, unknown>> };
          t.strictSame(Object.keys(queue).sort(), seen, filter);
        }

        await act('agent-login', { extension: '800', queue: sold });
        const stop = new AbortController();
        const query = new URLSearchParams({ queue: sold, kind: 'caller,member,cc_cdr' }).toString();
        const stream = await fetch(`${daemon.base}/stream?${query}`, {
          headers: { authorization: tokenOf() },
          signal: stop.signal,
        });
        let streamed = '';
        const reading = (async () => {
          for await (const piece of stream.body!.pipeThrough(new TextDecoderStream())) streamed += piece;
        })().catch(() => undefined);
        const call = await provider.callIn('85322361', `${directDid}700`);
        const answer = await agent.incoming();
        await answer.answer();
        await eventually('they talk', async () =>
          (await daemon.api('POST', 'extensions/current-calls')).text.includes('Up'),
        );
        await call.hangUp();
        const record = await receiver.waitForEvent('cc_cdr');
        t.match(record, { queueCode: sold, agentCode: '800', caller: '85322361' }, 'contract §3.7');
        t.match(record['queues'], [{ queueCode: sold, outcome: 'answered' }]);
        const { text } = await daemon.api('GET', 'records?event=cc_cdr');
        t.ok(text.includes(JSON.stringify(sold)), 'pulled as it was pushed');
        await eventually(
          'the stream names the queue',
          () => streamed.includes(`"key":"${sold} `) && streamed.includes('cc_cdr'),
        );
        stop.abort();
        await reading;

        await act('agent-login', { extension: '800', queue: team });
        await act('agent-login', { extension: '800', queue: comma });
        await act('agent-login', { extension: '800', queue: '630' });
        t.match(await act('agent-logout', { extension: '800' }), success('logout extension success'), 'out of all');
        const left = await members();
        t.same(
          [...names, '630'].flatMap((name) => left[name]),
          [],
        );
        t.match(await act('agent-logout', { extension: '800' }), { status: 404, json: { message: /Not there/ } });
      },
      { extra },
    ),
  );
}
