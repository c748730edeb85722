import { runApi } from './api.ts';

runApi('16-sip');
