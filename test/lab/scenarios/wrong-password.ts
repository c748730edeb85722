import type { Stage } from '../stage.ts';

export const name = 'wrong-password';

/** A phone that registers with a wrong password, and one that is unknown. */
export async function run(lab: Stage): Promise<void> {
  const phone = await lab.strangePhone('800');
  const unknown = await lab.strangePhone('899');
  for (const status of [await phone.tryRegister(3600, 'wrong'), await unknown.tryRegister()]) {
    if (status < 400) throw new Error(`REGISTER was answered ${status}`);
  }
}
