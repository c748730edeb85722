import { markup, type Html } from './html.ts';
import type { Operation } from './operations.ts';
import type { Resolve } from './page-fields.ts';

/** A request to copy; the script of the page puts the box's own address into it. */
export function curlSample(method: string, path: string, operation: Operation, resolve: Resolve): Html {
  const { parameters = [], requestBody, security = [] } = operation;
  const ofQuery = parameters.filter((parameter) => parameter.in === 'query');
  const pairs =
    requestBody === undefined
      ? pairsOf(ofQuery.map(({ name, required, example }) => ({ name, required, example })))
      : pairsOf(bodyFields(requestBody, resolve));
  const way = method === 'GET' && pairs.length > 0 ? ' -G' : method === 'DELETE' ? ' -X DELETE' : '';
  const post = method === 'POST' && pairs.length === 0 ? ' -X POST' : '';
  const place = path.replace('{path}', '2018/11/05/1541415929.807.wav');
  const token = security.length > 0 && ` \\\n  -H "Authorization: $token"`;
  const data = pairs.map((pair) => ` \\\n  --data-urlencode ${quoted(pair)}`).join('');
  const origin = markup`<span class="origin">http://192.168.12.183:8000</span>`;
  return markup`<pre tabindex="0"><code>curl${way}${post} "${origin}${place}"${token}${data}</code></pre>`;
}

interface Given {
  readonly name: string;
  readonly required: boolean;
  readonly example?: unknown;
}

function bodyFields({ content }: NonNullable<Operation['requestBody']>, resolve: Resolve): Given[] {
  const [first] = Object.values(content);
  const schema = resolve(first?.schema ?? {});
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, { examples?: unknown[] }>>);
  return fields.map(([name, { examples }]) => ({ name, required: required.includes(name), example: examples?.[0] }));
}

/** What must be sent; where nothing must, the first that may. */
function pairsOf(fields: readonly Given[]): string[] {
  const known = fields.filter(({ example }) => example !== undefined);
  const must = known.filter(({ required }) => required);
  return (must.length > 0 ? must : known.slice(0, 1)).map(({ name, example }) => `${name}=${String(example)}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
