import { inject } from 'vitest';
import { brokerSuite } from '../contract/broker-suite.js';
import { connectKafka, emptyKafka } from './connect.js';

brokerSuite('kafka', async () => {
  const broker = await connectKafka(inject('kafka'));
  await emptyKafka(broker);
  return { broker, maintain: null, advance: null, markers: 1, dispose: () => broker.close() };
});
