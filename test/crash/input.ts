import { Dice } from '../sim/dice.js';
import type { InputRecord } from '../sim/oracle/events.js';
import { partitionOfText } from '../sim/oracle/partition.js';
import type { Shape } from '../sim/shapes.js';
import { PARTITIONS } from './topologies.js';

/** Records of one chunk; chunks are appended whole, and no record of a chunk is older than one of the chunk before. */
const CHUNK = 5;
const CHUNK_MS = 10;

/**
 * The whole input of a run, the same for every life of the process. A life finds out from the logs how much of it is written
 * and goes on there. Order between partitions is given by the timestamps of the chunks.
 */
export function inputOf(shape: Shape, seed: number, chunks: number): InputRecord[][] {
  const dice = new Dice(seed, shape.name);
  const out: InputRecord[][] = [];
  const record = (topic: string, isTable: boolean, from: number): InputRecord => {
    const key = `k${dice.skewed(12, 1)}`;
    const isNull = dice.chance(isTable ? 0.15 : 0.03);
    return {
      topic, key, partition: partitionOfText(key, PARTITIONS), ts: from + dice.int(CHUNK_MS),
      value: isNull ? null : { G: `k${dice.int(12)}`, N: dice.between(-10, 20), A: null },
    };
  };
  let time = 100;
  const add = (topics: Shape['sources'], count: number): void => {
    for (let chunk = 0; chunk < count; chunk++, time += CHUNK_MS) {
      out.push(Array.from({ length: CHUNK }, () => {
        const source = topics[dice.int(topics.length)];
        return record(source?.topic ?? '', source?.kind === 'TABLE', time);
      }));
    }
  };
  if (shape.tablesFirst) {
    add(shape.sources.filter((source) => source.kind === 'TABLE'), 10);
    add(shape.sources.filter((source) => source.kind === 'STREAM'), chunks);
  } else {
    add(shape.sources, chunks);
  }
  return out;
}
