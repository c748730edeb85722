import { start } from '../base/start.tsx';
import { Gate } from '../parts/gate.tsx';
import { Panel } from './panel.tsx';

void start('panel.title', () => <Gate roles={['agent', 'supervisor', 'admin']}>{() => <Panel />}</Gate>);
