import type { Picture } from '../picture/picture.ts';
import type { Touched } from '../picture/touched.ts';
import type { Filter, Subject, ThingKind } from './filter.ts';
import { sees, thingKinds } from './filter.ts';
import { callerValues, callValue, channelsByExtension, extensionValue, memberValue, queueValue } from './values.ts';

/** A thing as readers know it. */
interface Thing extends Subject {
  readonly kind: ThingKind;
  readonly key: string;
  /** Its value. */
  readonly json: string;
  /** What it was made of, if that is replaced whenever it changes. */
  readonly source?: object | undefined;
}

/** A thing that came, went, or is different: to whom, and for whom, it was and is to be seen. */
export interface Delta {
  readonly kind: ThingKind;
  readonly key: string;
  readonly before: Subject | undefined;
  readonly after: Subject | undefined;
  /** The new value; `null` in JSON: it is gone. */
  readonly json: string;
  /** Only who may see it has changed. */
  readonly isSame: boolean;
}

/** Things of one sort; those of a queue are kept together. */
type Groups = Map<string, Map<string, Thing>>;

/**
 * The picture as its readers were told it last. Comes in: the picture, and which of its things may have changed. Goes
 * out: what has, and the whole of it for a new reader.
 */
export class Mirror {
  readonly #things: Record<ThingKind, Groups> = {
    extension: new Map(),
    queue: new Map(),
    member: new Map(),
    caller: new Map(),
    call: new Map(),
  };
  #deltas: Delta[] = [];

  /** Takes over what has changed in the picture. */
  update(picture: Picture, touched: Touched): Delta[] {
    this.#deltas = [];
    if (touched.isAll) this.#takeAll(picture);
    else {
      this.#takeExtensions(picture, touched.extensions);
      for (const queue of touched.lists) this.#takeMembers(picture, queue, false);
      for (const [queue, interfaces] of touched.members) {
        for (const name of interfaces) this.#takeMember(picture, queue, name, false);
      }
      for (const queue of touched.queues) this.#takeQueue(picture, queue);
      for (const call of touched.calls) this.#takeCall(picture, call);
    }
    return this.#deltas;
  }

  /** Forgets what readers were told, and takes over the whole picture. */
  rebuild(picture: Picture): void {
    this.clear();
    this.#takeAll(picture);
    this.#deltas = [];
  }

  clear(): void {
    for (const kind of thingKinds) this.#things[kind].clear();
  }

  /** The members of a snapshot's JSON object: by kind, each thing's value by its key. */
  snapshot(filter: Filter): string {
    return thingKinds
      .map((kind) => {
        const seen = [...this.#things[kind].values()].flatMap((group) =>
          [...group.values()].filter((thing) => sees(filter, thing)),
        );
        return `"${kind}":{${seen.map(({ key, json }) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
      })
      .join(',');
  }

  #takeAll(picture: Picture): void {
    const { extension, queue, call } = this.#things;
    const of = (groups: Groups): Iterable<string> => groups.get('')?.keys() ?? [];
    this.#takeExtensions(picture, new Set([...of(extension), ...picture.directory.extensions()]));
    for (const one of new Set([...of(queue), ...picture.queues.keys()])) {
      this.#takeMembers(picture, one, true);
      this.#takeQueue(picture, one);
    }
    for (const one of new Set([...of(call), ...picture.calls.keys()])) this.#takeCall(picture, one);
  }

  #takeExtensions(picture: Picture, extensions: ReadonlySet<string>): void {
    if (extensions.size === 0) return;
    const channels = channelsByExtension(picture);
    for (const extension of extensions) {
      const value = extensionValue(picture, extension, channels.get(extension));
      this.#set('extension', '', extension, value && { key: extension, value, extensions: [extension] });
    }
  }

  #takeMembers(picture: Picture, queue: string, isForeign: boolean): void {
    const members = picture.queues.get(queue)?.members.keys() ?? [];
    for (const name of new Set([...(this.#things.member.get(queue)?.keys() ?? []), ...members])) {
      this.#takeMember(picture, queue, name, isForeign);
    }
  }

  /** `isForeign`: whose the devices are may have changed too. */
  #takeMember(picture: Picture, queue: string, name: string, isForeign: boolean): void {
    const member = picture.queues.get(queue)?.members.get(name);
    if (member !== undefined && !isForeign && this.#things.member.get(queue)?.get(name)?.source === member) return;
    const value = member && memberValue(picture, queue, member);
    this.#set(
      'member',
      queue,
      name,
      value && {
        key: `${queue} ${name}`,
        value,
        extensions: value.extension === '' ? [] : [value.extension],
        source: member,
      },
    );
  }

  /** Its members are to be taken before it. */
  #takeQueue(picture: Picture, name: string): void {
    const queue = picture.queues.get(name);
    if (queue === undefined) {
      for (const kind of ['member', 'caller'] as const) {
        for (const id of [...(this.#things[kind].get(name)?.keys() ?? [])]) this.#set(kind, name, id, undefined);
      }
      this.#set('queue', '', name, undefined);
      return;
    }
    const members = [...(this.#things.member.get(name)?.values() ?? [])];
    const extensions = [...new Set(members.flatMap((member) => member.extensions))];
    this.#set('queue', '', name, { key: name, value: queueValue(queue), extensions, queue: name });
    const gone = new Set(this.#things.caller.get(name)?.keys());
    const callers = callerValues({ channels: picture.channels, callOf: (uniqueid) => picture.callOf(uniqueid) }, queue);
    for (const value of callers) {
      gone.delete(value.uniqueid);
      this.#set('caller', name, value.uniqueid, { key: `${name} ${value.uniqueid}`, value, extensions: [] });
    }
    for (const id of gone) this.#set('caller', name, id, undefined);
  }

  #takeCall(picture: Picture, id: string): void {
    const call = picture.calls.get(id);
    const value = call && callValue(picture, call);
    const extensions = new Set(value?.legs.map(({ extension }) => extension));
    extensions.delete('');
    this.#set('call', '', id, value && { key: id, value, extensions: [...extensions] });
  }

  #set(
    kind: ThingKind,
    group: string,
    id: string,
    now:
      | {
          readonly key: string;
          readonly value: object;
          readonly extensions: readonly string[];
          readonly queue?: string;
          readonly source?: object | undefined;
        }
      | undefined,
  ): void {
    const groups = this.#things[kind];
    const before = groups.get(group)?.get(id);
    if (now === undefined) {
      if (before === undefined) return;
      const things = groups.get(group);
      things?.delete(id);
      if (things?.size === 0) groups.delete(group);
      this.#deltas.push({ kind, key: before.key, before, after: undefined, json: 'null', isSame: false });
      return;
    }
    const { key, value, extensions, queue = group, source } = now;
    const after: Thing = { kind, key, json: JSON.stringify(value), extensions, queue, source };
    const things = groups.get(group) ?? new Map<string, Thing>();
    groups.set(group, things.set(id, after));
    const isSame = before?.json === after.json;
    if (isSame && areEqual(before.extensions, extensions)) return;
    this.#deltas.push({ kind, key, before, after, json: after.json, isSame });
  }
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}
