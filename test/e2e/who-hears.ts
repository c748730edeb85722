import type { Call } from '../lab/call.ts';
import { eventually } from '../lab/within.ts';

/**
 * `speaker` alone speaks: who of the others hears it. It is waited for until `hearer` has heard much of it or, if it is not
 * to hear anything (`isHeard`), until as much has come to it.
 */
export async function whoHears(
  calls: readonly Call[],
  speaker: Call,
  hearer: Call,
  isHeard = true,
): Promise<boolean[]> {
  for (const call of calls) call.rtp.isSpeaking = call === speaker;
  // What was on its way when the others stopped.
  const settled = hearer.rtp.packetsReceived + 25;
  await eventually('what was said before is over', () => hearer.rtp.packetsReceived > settled);
  const before = calls.map(({ rtp }) => rtp.voiceReceived);
  const packets = hearer.rtp.packetsReceived;
  const heard = (): number => hearer.rtp.voiceReceived - (before[calls.indexOf(hearer)] ?? 0);
  const come = (): number => hearer.rtp.packetsReceived - packets;
  await eventually('the speaker is heard', () => (isHeard ? heard() : come()) > 50);
  return calls.map(({ rtp }, at) => rtp.voiceReceived > (before[at] ?? 0) + 25);
}
