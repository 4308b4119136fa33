import { createMemoryBroker } from '../../src/broker/index.js';
import { systemRandom } from '../../src/env/index.js';
import { brokerSuite } from './broker-suite.js';
import { movableClock } from './manual-clock.js';

brokerSuite('memory', () => {
  const { clock, advance } = movableClock();
  const broker = createMemoryBroker({ clock, random: systemRandom() });
  return Promise.resolve({ broker, advance, maintain: () => broker.maintain(), dispose: () => broker.close() });
});
