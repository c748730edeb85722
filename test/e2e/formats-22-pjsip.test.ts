import { testFormats } from './formats.ts';

await testFormats('22-pjsip');
