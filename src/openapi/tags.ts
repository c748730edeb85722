/** A group of requests. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/** The groups in their order, with the paths of each; what is in none belongs to the last. */
const groups: readonly (Tag & { readonly paths: RegExp })[] = [
  { name: 'Sign-in', description: 'Who one is', paths: /^\/coocenter-api\/(?:local|session)\b/ },
  {
    name: 'Extensions',
    description: 'States of extensions, and their calls',
    paths: /^\/coocenter-api\/(?:plugin-asterisk\/)?extensions?\//,
  },
  {
    name: 'Queues',
    description: 'Queues and their agents',
    paths: /^\/coocenter-api\/(?:queues\/|codes$|calls\/|missed-calls\b)/,
  },
  {
    name: 'Conferences',
    description: 'Conferences and paging',
    paths: /^\/coocenter-api\/plugin-asterisk\/(?:conference|paging)\//,
  },
  { name: 'Blacklist', description: 'Numbers that are turned away', paths: /^\/coocenter-api\/blacklist\// },
  { name: 'Recordings', description: 'Recorded calls', paths: /^\/coocenter-api\/(?:monitor|recordings)\// },
  {
    name: 'Records',
    description: 'What was pushed, or should have been',
    paths: /^\/coocenter-api\/(?:records|deliveries)\b/,
  },
  { name: 'Statistics', description: 'What was counted', paths: /^\/coocenter-api\/statistics$/ },
  { name: 'Live stream', description: 'What goes on now', paths: /^\/coocenter-api\/stream$/ },
  {
    name: 'Pages',
    description: 'The pages that people use',
    paths: /^\/(?:$|wallboard$|toolbar$|assets\/|coocenter-api\/pages$)/,
  },
  { name: 'The box', description: 'How the box does, and this documentation', paths: /^/ },
];

/** The groups of pushed events, by format. */
const formats = {
  coocenter: { name: 'Events', description: 'What is pushed to your server' },
  coocenter2: { name: 'Events: coocenter2', description: 'Where they differ with `format = coocenter2`' },
  coovox: { name: 'Events: coovox', description: 'With `format = coovox`' },
  cloudevents: { name: 'Events: cloudevents', description: 'With `format = cloudevents`' },
} as const satisfies Readonly<Record<string, Tag>>;

/** All groups. */
export const tags: readonly Tag[] = [
  ...groups.map(({ name, description }) => ({ name, description })),
  ...Object.values(formats),
];

/** The group of a request. */
export function tagOf(path: string): string {
  return groups.find(({ paths }) => paths.test(path))?.name ?? '';
}

/** The group of a pushed event. */
export function tagOfFormat(format: keyof typeof formats): string {
  return formats[format].name;
}
