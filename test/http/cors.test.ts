import t from 'tap';
import { corsHeaders, preflightHeaders } from '../../src/http/cors.ts';

void t.test('CORS', (t) => {
  t.strictSame(corsHeaders('', 'http://crm'), {});
  t.equal(corsHeaders('*', 'http://crm')['Access-Control-Allow-Origin'], '*');
  t.strictSame(corsHeaders('http://a,http://crm', 'http://evil'), { Vary: 'Origin' });
  t.match(corsHeaders('http://a,http://crm', 'http://crm'), {
    'Access-Control-Allow-Origin': 'http://crm',
    Vary: 'Origin',
  });
  t.match(preflightHeaders('POST, OPTIONS', { 'access-control-request-headers': 'authorization,x-requested-with' }), {
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers': 'authorization,x-requested-with',
  });
  t.match(preflightHeaders('POST', { 'access-control-request-headers': 'é' }), {
    'Access-Control-Allow-Headers': /Authentication/,
  });
  t.match(preflightHeaders('POST', { 'access-control-request-private-network': 'true' }), {
    'Access-Control-Allow-Private-Network': 'true',
  });
  t.end();
});
