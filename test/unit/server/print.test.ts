import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open();
});
afterAll(() => server.close());

async function print(sql: string): Promise<readonly string[]> {
  const answer = await server.send('POST', '/query', JSON.stringify({ ksql: sql }));
  return answer.text.split('\n').filter((line) => line !== '').map((line) => line.replace(/^rowtime: [^,]+, /, ''));
}

async function produce(topic: string, pairs: readonly (readonly [key: Buffer | null, value: Buffer | null])[]): Promise<void> {
  const { broker } = server.local;
  await broker.admin.createTopic({ name: topic, partitions: 1 });
  const producer = await broker.openProducer();
  await producer.send(pairs.map(([key, value]) => ({ topic, partition: 0, key, value, timestamp: 0 })));
  await producer.close();
}

const text = (value: string): Buffer => Buffer.from(value);
const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

test('records of the registry formats, decoded by their schema', async () => {
  await server.run(
    "CREATE STREAM a (id INT KEY, v BIGINT, n STRING, l ARRAY<INT>, s STRUCT<x DOUBLE>) WITH (kafka_topic='a', partitions=1, key_format='avro', value_format='avro');" +
      "INSERT INTO a VALUES (1, 9007199254740993, 'x', ARRAY[1, 2], STRUCT(x := 1.0));" +
      "CREATE STREAM p (id INT KEY, v BIGINT, n STRING, l ARRAY<INT>, s STRUCT<x DOUBLE>) WITH (kafka_topic='p', partitions=1, value_format='protobuf');" +
      "INSERT INTO p VALUES (1, 0, 'x', ARRAY[1, 2], STRUCT(x := 1.5));",
  );
  expect(await print('PRINT a FROM BEGINNING LIMIT 1;')).toEqual([
    'Key format: AVRO or KAFKA_STRING', 'Value format: AVRO',
    'key: 1, value: {"V": 9007199254740993, "N": "x", "L": [1, 2], "S": {"X": 1.0}}, partition: 0',
  ]);
  expect((await print('PRINT p FROM BEGINNING LIMIT 1;')).slice(1)).toEqual(['Value format: PROTOBUF', 'key: 1, value: N: "x" L: 1 L: 2 S { X: 1.5 }, partition: 0']);
});

test('a batch is rendered by what fits all of it', async () => {
  await produce('mixed', [[null, text('{"a": 1}')], [null, text('plain')]]);
  expect(await print('PRINT mixed FROM BEGINNING LIMIT 2;')).toEqual([
    'Key format: ¯\\_(ツ)_/¯ - no data processed', 'Value format: KAFKA_STRING',
    'key: <null>, value: {"a": 1}, partition: 0', 'key: <null>, value: plain, partition: 0',
  ]);
});

test('numbers, nulls and bytes of no format', async () => {
  await produce('numbers', [[Buffer.from([0, 0, 0, 255]), long(-1n)], [Buffer.from([0xff, 0xfe, 0xfd, 0xfc]), null]]);
  const printed = await print('PRINT numbers FROM BEGINNING LIMIT 2;');
  expect(printed[0]).toBe('Key format: KAFKA_INT');
  expect(printed[1]).toBe('Value format: KAFKA_BIGINT or KAFKA_DOUBLE');
  expect(printed.slice(2)).toEqual(['key: 255, value: -1, partition: 0', 'key: -66052, value: <null>, partition: 0']);
  await produce('raw', [[null, Buffer.from([0xff])]]);
  expect((await print('PRINT raw FROM BEGINNING LIMIT 1;')).slice(1)).toEqual([
    'Value format:  does not match any supported format. It may be a STRING with encoding other than UTF8, or some other format.',
    'key: <null>, value: ff, partition: 0',
  ]);
});

test('INTERVAL prints every nth record; LIMIT counts what is printed', async () => {
  await produce('many', Array.from({ length: 7 }, (_each, index) => [null, text(`"${index}"`)] as const));
  expect((await print('PRINT many FROM BEGINNING INTERVAL 3 LIMIT 3;')).slice(2).map((line) => /value: "(\d)"/.exec(line)?.[1])).toEqual(['0', '3', '6']);
});
