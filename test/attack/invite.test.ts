import t from 'tap';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import type { Lab } from '../lab/scenario.ts';
import { setups } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { percentEncoded } from './percent.ts';
import { printable, Report } from './report.ts';

/** What the user part of a From holds, as far as Asterisk keeps it: 79 characters. */
const numbers: Readonly<Record<string, string>> = {
  'an event that is cut': '1\r\n\r\n',
  'an event that is cut, by LF': '1\n\n',
  'a hint': '1\r\n\r\nEvent: ExtensionStatus\r\nExten: 800\r\nContext: internal\r\nHint: Local/801@x',
  'a row': '1\r\n\r\nEvent: Cdr\r\nPrivilege: cdr,all\r\nUniqueID: 9.9\r\nDisposition: ANSWERED\r\n\r\n',
  'a unique id': '1\r\nUniqueid: 9.9\r\nLinkedid: 9.9',
  'a bell': '1\x07',
};

const forgedEvents = async ({ daemon }: Lab): Promise<number> =>
  ((await daemon.api('GET', 'status')).json as { data: { forgedEvents: number } }).data.forgedEvents;

const channels = async ({ daemon }: Lab): Promise<Record<string, string>[]> =>
  ((await daemon.api('POST', 'extensions/current-calls')).json as { data: Record<string, string>[] }).data;

for (const setup of setups) {
  void t.test(`one INVITE from outside, ${setup}`, async (t) => {
    await withLab(t, setup, async (lab) => {
      const report = new Report(t);
      const called = await lab.phone('801');
      for (const [what, number] of Object.entries(numbers)) {
        const before = await forgedEvents(lab);
        report.sent(`${what}: From: <sip:${percentEncoded(number)}@…>`);
        const call = await lab.provider.callIn(percentEncoded(number), `${directDid}801`, '');
        const ring = await called.incoming();
        const during = await channels(lab);
        await call.hangUp();
        await ring.ended();
        await eventually('no channel is left in the picture', async () => (await channels(lab)).length === 0);
        const counted = (await forgedEvents(lab)) - before;
        report.happened(
          `${counted} events counted as forged; shown: ${during.map(({ calleridnum }) => calleridnum).join()}`,
        );
        t.equal(counted > 0, number.includes('\r\n'), `${what}: counted`);
        for (const shown of during)
          t.notMatch(JSON.stringify(Object.values(shown)), /\\[a-z]|9\.9/, `${what}: what is shown`);
      }
      t.match(
        lab.daemon.output,
        /somebody tries to forge events: .*channel P?J?SIP\/trunk-\S+ /,
        'a warning names the channel',
      );
      const caller = await lab.phone('800');
      const answer = await lab.daemon.api('POST', 'extensions/click-number', { src: '800', dst: '801' });
      t.equal(answer.status, 200, 'click-number is carried out');
      const first = await caller.incoming();
      await first.answer();
      const second = await called.incoming();
      await second.answer();
      await first.hangUp();
      await second.ended();
      report.happened('click-number of 800 rang 800, then 801');
      const { pushes } = lab.receiver;
      for (const { json } of pushes) {
        const text = JSON.stringify(json);
        if (/\\[rnu]|"9\.9"/.test(text)) t.fail('pushed raw', { pushed: printable(text) });
      }
      t.ok(lab.receiver.events('hangup').length > 0, 'events were pushed');
    });
  });
}
