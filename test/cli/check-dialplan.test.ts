import t from 'tap';
import { MessageCopy } from '../../src/ami/message-copy.ts';
import { dialplanFindings } from '../../src/cli/check/dialplan.ts';
import type { Probe } from '../../src/cli/check/probe.ts';
import { parseConfig } from '../../src/config/parse.ts';

const item = (fields: Readonly<Record<string, string>>): MessageCopy => new MessageCopy(Object.entries(fields).flat());

/** A stand-in for the connection of `check`: every context is there, and these hints and endpoints. */
function probe(hints: Readonly<Record<string, string>>, endpoints: readonly string[]): Probe {
  const lists: Readonly<Record<string, MessageCopy[]>> = {
    ExtensionStateList: Object.entries(hints).map(([Exten, Hint]) => item({ Exten, Hint })),
    PJSIPShowEndpoints: endpoints.map((ObjectName) => item({ ObjectName })),
  };
  return {
    value: () => Promise.resolve('1'),
    list: (name: string) => Promise.resolve(lists[name] ?? []),
  } as Pick<Probe, 'value' | 'list'> as Probe;
}

void t.test('a phone that the hint of somebody’s extension watches needs none of its own', async (t) => {
  const { config } = parseConfig('', 'api.conf');
  const said = async (hint: string): Promise<string | undefined> =>
    (await dialplanFindings(probe({ 101: hint }, ['101', '99101']), config)).at(-1)?.text;
  t.equal(await said('PJSIP/101&pjsip/99101&Custom:DND101,CustomPresence:101'), 'hints: 1');
  t.equal(await said('PJSIP/101&Custom:DND101'), 'hints: none for 99101: their state is not pushed');
});
