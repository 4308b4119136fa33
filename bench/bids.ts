import { partitionForKey, type Broker } from '../src/broker/index.js';

/** One topic of auction bids: JSON of about 207 bytes, 10,000 events per second of event time, the same for every run. */
export interface BidTopic {
  readonly topic: string;
  readonly auctions: number;
  /** Key = auction as text; else no key, and partitions in turn. */
  readonly keyed: boolean;
}

export const PARTITIONS = 2;
const FIRST_TIME = 1_672_531_200_000;
const EXTRA = 'jkdsfkjhsdfjkhsdkjfhskjdhfkjsdhfkjshdkfjhskdjhfksjdhfqwertyuiop';
const CHANNELS = ['Google', 'Facebook', 'Apple', 'Baidu'] as const;
const RECORDS_PER_COMMIT = 50_000;

/** xorshift32: the same numbers everywhere. */
export function randomIntegers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function bidTime(index: number): number {
  return FIRST_TIME + Math.floor(index / 10);
}

function bidText(index: number, auction: number, random: (below: number) => number): string {
  return `{"auction":${auction},"bidder":${2000 + random(10_000)},"price":${random(100_000)},"channel":"${CHANNELS[index & 3] ?? ''}",` +
    `"url":"https://www.nexmark.com/googoo/item.htm?query=1&channel_id=${random(1_000_000)}","dateTime":${bidTime(index)},"extra":"${EXTRA.slice(0, 20 + random(30))}"}`;
}

export interface FillOptions extends BidTopic {
  readonly records: number;
  /** All of partition 0 before any of partition 1, as after an outage. */
  readonly partitionsInTurn?: boolean;
}

export async function fillBids(broker: Broker, options: FillOptions): Promise<void> {
  const { topic, auctions, keyed, records } = options;
  await broker.admin.createTopic({ name: topic, partitions: PARTITIONS });
  const producer = await broker.openTransactionalProducer({ transactionalId: `fill-${topic}`, timeoutMs: 60_000 });
  const passes = options.partitionsInTurn === true ? Array.from({ length: PARTITIONS }, (_, partition) => partition) : [null];
  for (const only of passes) {
    const random = randomIntegers(42);
    for (let done = 0; done < records; done += RECORDS_PER_COMMIT) {
      producer.begin();
      const batches = Array.from({ length: PARTITIONS }, (_, partition) => producer.batch(topic, partition));
      for (let i = done; i < Math.min(records, done + RECORDS_PER_COMMIT); i++) {
        const auction = 1000 + random(auctions);
        const value = Buffer.from(bidText(i, auction, random), 'latin1');
        const key = keyed ? Buffer.from(String(auction), 'latin1') : null;
        const partition = key === null ? i % PARTITIONS : partitionForKey(key, 0, key.length, PARTITIONS);
        if (only === null || only === partition) batches[partition]?.append(bidTime(i), key, 0, key?.length ?? -1, value, 0, value.length, null);
      }
      await producer.commit();
    }
  }
  await producer.close();
}

/** The auctions of a bid topic as a table's topic: one record each, before every bid. */
export async function fillAuctions(broker: Broker, topic: string, auctions: number): Promise<void> {
  await broker.admin.createTopic({ name: topic, partitions: PARTITIONS, configs: { 'cleanup.policy': 'compact' } });
  const producer = await broker.openTransactionalProducer({ transactionalId: `fill-${topic}`, timeoutMs: 60_000 });
  producer.begin();
  for (let i = 0; i < auctions; i++) {
    const key = Buffer.from(String(1000 + i));
    const value = Buffer.from(`{"item":"item ${i}","category":${i % 10},"seller":${i % 100}}`);
    producer.batch(topic, partitionForKey(key, 0, key.length, PARTITIONS)).append(FIRST_TIME - 1, key, 0, key.length, value, 0, value.length, null);
  }
  await producer.commit();
  await producer.close();
}
