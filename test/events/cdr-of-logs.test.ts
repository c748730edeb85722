import t from 'tap';
import { RowReader } from '../../src/backfill/row.ts';
import { Picture } from '../../src/picture/picture.ts';
import { none, settings } from '../picture/messages.ts';
import { bodiesOf, recorded, recordedSetups } from '../oracle/recorded-logs.ts';

const words = { inbound: 'inbound', outbound: 'outbound', internal: '' } as const;

/** Scenarios with transfers: later rows do not tell where the call came from. */
const knowsLess = /transfer|forwarded|click|callback|pickup/;

for (const setup of recordedSetups) {
  void t.test(`contract §3.6 calltype: rows found in the log of ${setup} have the one that the events gave`, (t) => {
    let locals = 0;
    for (const one of recorded(setup)) {
      if (knowsLess.test(one.scenario)) continue;
      const technology = setup === '16-sip' ? 'SIP' : 'PJSIP';
      const picture = new Picture({ ...settings, trunks: [`${technology}/trunk`] });
      const endpoints = [800, 801, 802, 803, 804, 805].map(
        (name) => ({ technology, name: String(name), address: 'registers' }) as const,
      );
      picture.resync({ ...none, endpoints }, 0);
      const rows = one.rows.flatMap((line) => {
        const row = new RowReader('local').read(line);
        return typeof row === 'string' ? [] : [row];
      });
      const seen = bodiesOf(one, 'cdr');
      for (const row of rows) {
        const origin = rows.find(({ uniqueId, linkedid }) => uniqueId === linkedid && linkedid === row.linkedid);
        const found = picture.foundRow(row, 'key', origin?.channel ?? '');
        const same = seen.find(
          ({ uniqueid, endtime, destination, disposition, duration }) =>
            uniqueid === row.uniqueId &&
            endtime === row.endTime &&
            destination === row.destination &&
            disposition === row.disposition &&
            duration === row.duration,
        );
        if (found.type !== 'cdr' || same === undefined) continue;
        if (row.channel.startsWith('Local/')) locals++;
        t.equal(words[found.direction], same['calltype'], `${one.scenario}: ${row.channel} ${row.lastApplication}`);
      }
    }
    t.ok(locals > 0, `${locals} rows of Local channels`);
    t.end();
  });
}
