import t from 'tap';
import type { Test } from 'tap';
import { company } from '../lab/freepbx.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { customer, localMember, callQueue, talk } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';

/** Both sides of every call, as contract §4.1 tells them; once everybody talks. */
async function sides(lab: Lab): Promise<string[]> {
  return eventually('two talk', async () => {
    const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
    const { data } = json as { data: Record<string, string>[] };
    if (data.length !== 2 || data.some(({ channelstatedesc }) => channelstatedesc !== 'Up')) return undefined;
    return data.map(({ calleridnum = '', connectedlinenum = '' }) => `${calleridnum} with ${connectedlinenum}`).sort();
  });
}

/** 803 calls out, by hand and by the API: the far side sees the company's number, and everybody else 803. */
async function outward(t: Test, lab: Lab): Promise<void> {
  const { extension } = company;
  const phone = await lab.phone(extension);
  lab.provider.behaviour = 'answer';
  const wanted = ['18782985586 with 803', '803 with 18782985586'];
  const byHand = await phone.call('918782985586');
  const far = await lab.provider.incoming();
  t.equal(far.remoteNumber, company.number, 'the company’s number went out');
  t.same(await sides(lab), wanted, 'by hand');
  await byHand.hangUp();
  await far.ended();
  await lab.operator.clickNumber(extension, '918782985586');
  const byClick = await phone.incoming();
  await byClick.answer();
  t.same(await sides(lab), wanted, 'by click-to-dial');
  await byClick.hangUp();
}

/** 801 is rung by way of the dialplan, which keeps the caller's phone from showing who answers. */
async function inQueue(t: Test, lab: Lab): Promise<void> {
  const agent = await lab.phone('801');
  await localMember(lab, '801');
  const call = await callQueue(lab, '630');
  const answer = await agent.incoming();
  await answer.answer();
  await talk();
  t.same(await sides(lab), [`801 with ${customer}`, `${customer} with 801`], 'after a queue');
  await call.hangUp();
}

for (const setup of ['16-sip', '22-pjsip'] as const) {
  void t.test(`contract §4.1 current-calls on FreePBX’s dialplan, ${setup}`, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        await outward(t, lab);
        await eventually('no channel is left', async () => {
          const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
          return (json as { data: unknown[] }).data.length === 0;
        });
        await inQueue(t, lab);
      },
      { dialplan: 'freepbx' },
    ),
  );
}
