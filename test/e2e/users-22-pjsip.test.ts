import { testUsers } from './users.ts';

await testUsers('22-pjsip');
