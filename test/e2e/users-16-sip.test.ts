import { testUsers } from './users.ts';

await testUsers('16-sip');
