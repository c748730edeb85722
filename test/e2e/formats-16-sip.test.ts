import { testFormats } from './formats.ts';

await testFormats('16-sip');
