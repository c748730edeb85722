import t from 'tap';
import { failure, success } from '../../src/http/answer.ts';

void t.test('contract §4: shapes and the order of their keys', (t) => {
  t.equal(JSON.stringify(success('m', [1]).body), '{"status":"success","message":"m","data":[1]}');
  t.equal(JSON.stringify(success('m').body), '{"status":"success","message":"m"}');
  t.equal(
    JSON.stringify(success(undefined, ['123456']).body),
    '{"status":"success","data":["123456"]}',
    'contract §4.12',
  );
  t.equal(JSON.stringify(failure(404, 'm').body), '{"status":"error","message":"m"}');
  t.end();
});
