import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { curl } from './curl.ts';
import { errorsIn } from '../oracle/errors.ts';

const ok = { status: 200, json: { status: 'success' } };
const missing = { status: 404, json: { status: 'error', message: 'Extension does not exist.' } };

/** An extension of a class of service that may call 801 alone, whatever the phones of `from-internal` may. */
const classOfService = '805';

const restricted = `[restricted]
exten => 801,1,Goto(from-internal,801,1)`;

async function post(lab: Lab, path: string, data: string): Promise<unknown> {
  return curl(lab, 'POST', `extensions/${path}`, data);
}

async function bridged(lab: Lab): Promise<void> {
  await eventually('both are in the bridge', async () => {
    const { items } = await lab.ami.action('CoreShowChannels');
    return items.filter(({ BridgeId = '' }) => BridgeId !== '').length >= 2;
  });
}

/** An extension has called 801, who answered. */
async function talking(lab: Lab, from: string): Promise<readonly [Call, Call]> {
  const other = await lab.phone('801');
  const call = await (await lab.phone(from)).call('801');
  const answer = await other.incoming();
  await answer.answer();
  await call.answered();
  await bridged(lab);
  return [call, answer];
}

async function noCall(t: Test, lab: Lab): Promise<void> {
  await eventually('no channel is left', async () => {
    const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
    return (json as { data: unknown[] }).data.length === 0;
  });
  t.same(errorsIn(lab.daemon.output), []);
}

/** In which context numbers are dialled, on the dialplan in the manner of FreePBX. */
export function runDialContexts(setup: Setup): void {
  const tech = techOf(setup);
  const file = tech === 'SIP' ? 'sip.conf' : 'pjsip.conf';
  const extra = {
    'extensions.conf': restricted,
    [file]:
      tech === 'SIP'
        ? `[${classOfService}](+)\ncontext = restricted`
        : `[${classOfService}](+type=endpoint)\ncontext = restricted`,
  };
  void t.test(setup, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        await t.test('a number that is none, where the phones’ own context has every number', async (t) => {
          const { response } = await lab.ami.action('Getvar', { Variable: 'DIALPLAN_EXISTS(from-internal,77777,1)' });
          t.equal(response['Value'], '1', 'as FreePBX has it');
          await lab.phone('800');
          t.same(await post(lab, 'click-number', 'src=800&dst=77777'), missing, 'contract §4.8');
          const [call, answer] = await talking(lab, '800');
          t.same(await post(lab, 'transfer', 'src=800&dst=77777'), missing, 'contract §4.10');
          t.same([call.state, answer.state], ['up', 'up'], 'the call stays');
          t.match(await post(lab, 'transfer', 'src=800&dst=802'), { status: 200 });
          await answer.hangUp();
          await noCall(t, lab);
        });
        await t.test('a phone of a class of service', async (t) => {
          const phone = await lab.phone(classOfService);
          t.same(await post(lab, 'click-number', `src=${classOfService}&dst=802`), missing, 'it may not call 802');
          t.match(await post(lab, 'click-number', `src=${classOfService}&dst=801`), ok);
          const first = await phone.incoming();
          await first.answer();
          const second = await (await lab.phone('801')).incoming();
          await second.answer();
          await bridged(lab);
          const told = await post(lab, 'transfer', `src=${classOfService}&dst=802`);
          t.same(told, missing, 'nor hand anybody over to 802');
          t.equal(second.state, 'up');
          await first.hangUp();
          await noCall(t, lab);
        });
      },
      { dialplan: 'freepbx', extra },
    ),
  );
}
