import type { Param } from '../http/params.ts';

/** What parameters may be like, by their names; the call centre is that of docs/api.md. */
const samples: Readonly<Record<string, readonly unknown[]>> = {
  src: ['804'],
  dst: ['805', ['805', '806']],
  extension: ['800', ['800', '801']],
  extensions: [['801', '802']],
  exten: ['801'],
  local: ['800'],
  member: ['808'],
  queue: ['630', ['630']],
  state: ['on', 'dead', 'open'],
  limitSec: [300],
  ringSec: [30],
  wait: ['1'],
  callerId: ['4930123456'],
  clientUserId: ['crm-17'],
  number: ['13800138000'],
  confnum: ['1585642185'],
  channel: ['SIP/1002-0000000d'],
  username: ['anna'],
  password: ['…'],
  purpose: ['stream'],
  path: ['2018/11/05/1541415929.807.wav'],
  user: ['anna'],
  ticket: ['nB2cQ0sVx5LkT8mXy4nLq7pRs3tUv6wA'],
  ttl: [3600],
  until: ['1795854056'],
  by: ['agent:anna'],
  signature: ['kZ0Vw2b1hT8mXy4nLq7pRs3tUv6wAz9cEd5fGh0iJk_'],
  since: ['3f9ac21b-1841'],
  before: ['3f9ac21b-1841'],
  limit: [100],
  event: ['ivr,cdr,cc_cdr'],
  id: ['0c1c8f2f6a9d4c1f8f0a3b7f0c5d9e21'],
  from: ['2018-11-08 10:00:00'],
  to: ['2018-11-08 11:00:00'],
  receiver: ['URL'],
  uuid: ['1541415929.807'],
  uniqueid: ['1541415929.807'],
  code: ['callback'],
  outcome: ['callback'],
  note: ['after 4 pm'],
  reason: ['lunch'],
  ready: ['1'],
  kind: [['queue', 'member', 'caller']],
  lastEventId: ['3f9ac21b.1841'],
};

/** What a parameter may be like, as it stands in JSON; `undefined`: nothing is known that it takes. */
export function sampleOf(name: string, param: Param<unknown>): unknown {
  return samples[name]?.find((sample) => {
    if (Array.isArray(sample) !== (param.isList === true)) return false;
    return param.read(Array.isArray(sample) ? sample.join(',') : String(sample)) !== undefined;
  });
}
