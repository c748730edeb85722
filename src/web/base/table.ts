import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';

/** Things of one sort by their keys: who shows one is told of changes to that one alone. */
export class Table<V> {
  readonly #things = new Map<string, Signal<V | undefined>>();
  readonly #keys = signal<readonly string[]>([]);

  /** The keys, in the order in which the things came. */
  get keys(): ReadonlySignal<readonly string[]> {
    return this.#keys;
  }

  /** All of them: changes whenever one does. */
  readonly values: ReadonlySignal<readonly V[]> = computed(() =>
    this.#keys.value.flatMap((key) => this.#things.get(key)?.value ?? []),
  );

  /** One of them; `undefined`: it is not there. */
  get(key: string): V | undefined {
    const found = this.#things.get(key);
    if (found !== undefined) return found.value;
    // Whoever asks is told when it comes.
    return this.#keys.value.includes(key) ? this.#things.get(key)?.value : undefined;
  }

  /** Puts one in its place, or, `null`, takes it out. */
  set(key: string, value: V | null): void {
    const known = this.#things.get(key);
    batch(() => {
      if (value === null) {
        if (known === undefined) return;
        this.#things.delete(key);
        this.#keys.value = this.#keys.value.filter((other) => other !== key);
        known.value = undefined;
      } else if (known === undefined) {
        this.#things.set(key, signal<V | undefined>(value));
        this.#keys.value = [...this.#keys.value, key];
      } else known.value = value;
    });
  }

  /** Takes everything over as it is. */
  replace(all: Readonly<Record<string, V>>): void {
    batch(() => {
      for (const key of this.#keys.value) if (!Object.hasOwn(all, key)) this.set(key, null);
      for (const [key, value] of Object.entries(all)) this.set(key, value);
    });
  }
}
