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
  events: ['picture', 'backfill'],
  live: ['picture', 'events'],
  recordings: ['picture', 'backfill'],
  wrapup: ['ami', 'picture', 'control'],
  store: [],
  push: ['store'],
  control: ['ami', 'snapshot', 'picture'],
  http: ['control', 'snapshot', 'picture', 'live', 'store', 'users'],
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
    'wrapup',
    'control',
    'store',
    'push',
  ],
  'link.ts': ['ami', 'snapshot', 'flow.ts'],
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
  ],
  'main.ts': ['config', 'cli', 'daemon.ts', 'version.ts'],
};

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
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.js'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
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
