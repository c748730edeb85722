import { runApi } from './api.ts';

runApi('22-pjsip');
