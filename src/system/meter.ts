/** One number of a metric, with its labels. */
export interface Sample {
  /** What follows the metric's name: `_bucket`, `_sum`, `_count` of a histogram; else `''`. */
  readonly suffix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Combinations of label values of one metric, unless said otherwise: what others name must not fill the memory. */
const usualMost = 500;

/** One value for each combination of label values. */
class Series<T> {
  readonly #names: readonly string[];
  readonly #create: () => T;
  readonly #most: number;
  readonly #byValues = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly value: T }>();

  constructor(names: readonly string[], most: number, create: () => T) {
    this.#names = names;
    this.#most = most;
    this.#create = create;
  }

  /** The value of these labels; beyond the limit, all further ones share one whose labels say `other`. */
  at(values: readonly string[]): T {
    const key = values.join('\0');
    const known = this.#byValues.get(key);
    if (known !== undefined) return known.value;
    if (this.#byValues.size >= this.#most && !values.every((value) => value === 'other')) {
      return this.at(values.map(() => 'other'));
    }
    const labels = Object.fromEntries(this.#names.map((name, at) => [name, values[at] ?? '']));
    const value = this.#create();
    this.#byValues.set(key, { labels, value });
    return value;
  }

  all(): Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly value: T }> {
    return this.#byValues.values();
  }
}

/** Counts what happens, by label values. */
export class Counter {
  readonly #series: Series<{ count: number }>;

  /** @param names of the labels, in the order in which `add` gets their values; `most` combinations of values are kept */
  constructor(names: readonly string[], most = usualMost) {
    this.#series = new Series(names, most, () => ({ count: 0 }));
  }

  add(values: readonly string[], by = 1): void {
    this.#series.at(values).count += by;
  }

  samples(): Sample[] {
    return [...this.#series.all()].map(({ labels, value }) => ({ suffix: '', labels, value: value.count }));
  }
}

/** How long things take, by label values: how many took at most so many seconds, how many there were, and their sum. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #series: Series<{ readonly counts: number[]; sum: number }>;

  /** @param bounds upper ends of the buckets in seconds, ascending; that without an end is added */
  constructor(names: readonly string[], bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#series = new Series(names, usualMost, () => ({
      counts: Array.from({ length: bounds.length + 1 }, () => 0),
      sum: 0,
    }));
  }

  observe(values: readonly string[], seconds: number): void {
    const series = this.#series.at(values);
    const at = this.#bounds.findIndex((bound) => seconds <= bound);
    const bucket = at < 0 ? this.#bounds.length : at;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }

  samples(): Sample[] {
    return [...this.#series.all()].flatMap(({ labels, value: { counts, sum } }) => {
      let count = 0;
      const buckets = counts.map((inBucket, at) => {
        count += inBucket;
        const le = String(this.#bounds[at] ?? '+Inf');
        return { suffix: '_bucket', labels: { ...labels, le }, value: count };
      });
      return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count }];
    });
  }
}
