import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KafkaBroker } from '../../src/broker/index.js';
import { object, objects, text } from '../../src/testing/conformance/case-file.js';
import { differences } from '../golden/differences.js';
import type { GoldenMode } from '../golden/golden-engine.js';
import { parseGolden } from '../golden/golden-file.js';
import { connectKafka, emptyKafka } from './connect.js';

/** The project's own query cases on a cluster: in memory and over topics, opened again in the middle. */
const FOLDER = join(process.cwd(), 'test', 'golden', 'queries');
let broker: KafkaBroker;

beforeAll(async () => {
  broker = await connectKafka(inject('kafka'));
});
afterAll(() => broker.close());

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.json')).sort()) {
  const cases = parseGolden(readFileSync(join(FOLDER, name), 'utf8')).cases.filter((data) => object(data, 'expectedError') === null);
  if (cases.length === 0) continue;
  describe(name.replace('.json', ''), () => {
    for (const data of cases) {
      const half = Math.floor(objects(data, 'inputs').length / 2);
      it(text(data, 'id') ?? '', async () => {
        const modes: GoldenMode[] = [
          { broker, partitions: 1, exchange: 'memory', restartsAfter: null },
          { broker, partitions: data.has('singlePartition') ? 1 : 3, exchange: 'topic', restartsAfter: half },
        ];
        for (const mode of modes) {
          await emptyKafka(broker);
          expect({ exchange: mode.exchange, difference: await differences(data, mode) }).toEqual({ exchange: mode.exchange, difference: null });
        }
      });
    }
  });
}
