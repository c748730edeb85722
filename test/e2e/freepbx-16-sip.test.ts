import { runScenarios } from './run-scenarios.ts';

runScenarios('16-sip', 'freepbx');
