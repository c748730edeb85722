import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AsteriskOptions } from './asterisk.ts';
import type { Stage } from './stage.ts';

/** Something that happens in a call centre, played on real phones. Its file in `scenarios/` has its name. */
export interface Scenario {
  readonly name: string;
  /** An Asterisk other than the lab's usual one. */
  readonly options?: AsteriskOptions;
  run(lab: Stage): Promise<void>;
}

function isScenario(module: unknown): module is Scenario {
  return typeof module === 'object' && module !== null && 'name' in module && 'run' in module;
}

/** Every scenario, or those of the given names, in alphabetical order. */
export async function loadScenarios(names: readonly string[] = []): Promise<Scenario[]> {
  const dir = join(import.meta.dirname, 'scenarios');
  const modules: unknown[] = await Promise.all(
    readdirSync(dir)
      .sort()
      .map((file) => import(join(dir, file))),
  );
  const all = modules.filter(isScenario);
  const unknown = names.find((name) => !all.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`no scenario ${unknown}: ${all.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
