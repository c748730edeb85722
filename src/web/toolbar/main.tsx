import { start } from '../base/start.tsx';
import { Gate } from '../parts/gate.tsx';
import { Bar } from './bar.tsx';

void start('bar.title', () => (
  <Gate roles={['agent', 'supervisor', 'admin']} slim>
    {() => <Bar />}
  </Gate>
));
