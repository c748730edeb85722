import eslint from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The rooms of `src/` in the order of the data's flow, and what each may import besides itself and `system`. */
const rooms = {
  system: [],
  users: [],
  config: ['users'],
  ami: [],
  snapshot: ['ami'],
  picture: ['ami', 'snapshot'],
  backfill: ['picture'],
  events: ['picture', 'backfill', 'work'],
  live: ['picture', 'events'],
  recordings: ['picture', 'backfill'],
  wrapup: ['ami', 'picture', 'control'],
  work: ['picture', 'control'],
  store: [],
  figures: ['picture', 'backfill', 'events', 'control', 'store'],
  push: ['store'],
  control: ['ami', 'snapshot', 'picture'],
  http: ['control', 'snapshot', 'picture', 'live', 'work', 'store', 'users'],
  openapi: ['events', 'push', 'http'],
  cli: ['config', 'ami', 'http', 'users'],
};

/** The files above the rooms, and what each may import besides `system`. */
const files = {
  'version.ts': [],
  'flow.ts': [
    'ami',
    'snapshot',
    'picture',
    'backfill',
    'recordings',
    'events',
    'live',
    'figures',
    'wrapup',
    'work',
    'control',
    'store',
    'push',
  ],
  'link.ts': ['ami', 'snapshot', 'flow.ts'],
  'work-parts.ts': ['config', 'ami', 'picture', 'events', 'wrapup', 'work', 'store', 'push', 'flow.ts'],
  'settings.ts': ['config', 'picture', 'backfill', 'events', 'push'],
  'status.ts': ['config', 'ami', 'store', 'push', 'http', 'link.ts'],
  'queue-meters.ts': ['store'],
  'metrics.ts': ['ami', 'picture', 'live', 'store', 'push', 'http', 'link.ts', 'queue-meters.ts'],
  'api.ts': [
    'config',
    'ami',
    'control',
    'snapshot',
    'picture',
    'live',
    'store',
    'push',
    'http',
    'openapi',
    'users',
    'link.ts',
    'settings.ts',
    'work-parts.ts',
  ],
  'daemon.ts': [
    ...Object.keys(rooms).filter((room) => room !== 'cli' && room !== 'system'),
    'flow.ts',
    'link.ts',
    'settings.ts',
    'status.ts',
    'metrics.ts',
    'queue-meters.ts',
    'api.ts',
    'work-parts.ts',
  ],
  'main.ts': ['config', 'cli', 'daemon.ts', 'version.ts'],
};

/** The pages run in browsers: of the daemon they know types alone, and the daemon knows nothing of them. */
const web = 'src/web/**/*.{ts,tsx}';

const zones = Object.entries({ ...rooms, ...files }).map(([name, allowed]) => ({
  target: `./src/${name}`,
  from: './src',
  except: [name, ...allowed, ...(name === 'system' ? [] : ['system'])].map((path) => `./${path}`),
  message: `${name} may import only ${[...allowed, 'system'].join(', ')} (the data flows one way)`,
}));

export default tseslint.config(
  { ignores: ['dist/', 'build/', '.tap/', '.lab/', 'node_modules/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.js'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-console': 'error',
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: [web],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!preact(?:/|$)|@preact/signals$|\\.{1,2}/)',
              message: 'a page may import preact, @preact/signals and its own files',
            },
            {
              regex: `^(?:\\.\\./){2,}(?:${[...Object.keys(rooms), ...Object.keys(files)].join('|').replaceAll('.', '\\.')})(?:/|$)`,
              allowTypeImports: true,
              message: 'a page knows types of the daemon, and none of its code',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', 'setImmediate'],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['test/lab/**/*.ts', 'test/bench/**/*.ts', 'test/package/**/*.ts', 'test/run.ts'],
    rules: { 'no-console': 'off' },
  },
);
