import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { setups } from '../lab/setup.ts';
import { event } from '../picture/messages.ts';
import { readTranscript, replay } from '../oracle/replay.ts';

/** conversation.ts is also tested by scenarios.test.ts, which compares every recorded scenario with its description. */

const fields = ['ParkeeChannel', 'ParkeeUniqueid', 'ParkeeLinkedid', 'RetrieverUniqueid'] as const;

void t.test(
  'a parked call is taken by the person who talks to the caller next, even if UnParkedCall comes late',
  (t) => {
    for (const setup of setups) {
      for (const name of ['queue-parked-taken', 'queue-parked-asked', 'queue-parked-referred']) {
        const { events, ...lists } = readTranscript(setup, name);
        const isTaken = (message: AmiMessage): boolean => message.name === 'UnParkedCall';
        const taken = events.find(isTaken) ?? event('none', {});
        const at = Number(taken.get('Timestamp')) + 0.3;
        const late = event('UnParkedCall', {
          ...Object.fromEntries(fields.map((field) => [field, taken.get(field)])),
          Timestamp: at.toFixed(6),
        });
        const others = events.filter((message) => !isTaken(message));
        const next = others.findIndex((message) => Number(message.get('Timestamp')) > at);
        const { pushes } = replay({ ...lists, events: others.toSpliced(next, 0, late) });
        t.match(
          pushes.map(({ body }) => body).find((body) => body.event === 'cc_cdr'),
          { fwType: 'blind', forwardNumber: '801', parkedTime: /^[12]$/ },
          `${setup} ${name}`,
        );
      }
    }
    t.end();
  },
);
