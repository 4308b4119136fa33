import { array, BIGINT, DOUBLE, STRING, type Column, type SqlValue } from '../../src/types/index.js';
import { GrowableSink, formatOf, type SchemaSource, type SideLayout } from '../../src/serde/index.js';

// Records per second of reading and writing JSON bids, against JSON.parse and JSON.stringify in the same run. Ratios count.

const RECORDS = 200_000;
const ROUNDS = 7;
const EXTRA = 'jkdsfkjhsdfjkhsdkjfhskjdhfkjsdhfkjshdkfjhskdjhfksjdhfqwertyuiop';
const CHANNELS = ['Google', 'Facebook', 'Apple', 'Baidu'];

let seed = 42;
function random(limit: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
}

interface Records {
  readonly buffer: Buffer;
  readonly starts: Int32Array;
}

function bids(): Records {
  const texts: string[] = [];
  const starts = new Int32Array(RECORDS + 1);
  for (let i = 0; i < RECORDS; i++) {
    const text =
      `{"auction":${1000 + random(1000)},"bidder":${2000 + random(10_000)},"price":${random(100_000)},"channel":"${CHANNELS[i & 3]}",` +
      `"url":"https://www.nexmark.com/googoo/item.htm?query=1&channel_id=${random(1_000_000)}","dateTime":${1672531200000 + Math.floor(i / 10)},` +
      `"extra":"${EXTRA.slice(0, 20 + random(30))}"}`;
    texts.push(text);
    starts[i + 1] = (starts[i] ?? 0) + text.length;
  }
  return { buffer: Buffer.from(texts.join('')), starts };
}

const columns: Column[] = [
  { name: 'AUCTION', type: BIGINT }, { name: 'BIDDER', type: BIGINT }, { name: 'PRICE', type: BIGINT }, { name: 'CHANNEL', type: STRING },
  { name: 'URL', type: STRING }, { name: 'DATETIME', type: BIGINT }, { name: 'EXTRA', type: STRING },
];
const noSchemas: SchemaSource = {
  byId: () => { throw new Error('no schemas'); },
  idForWriting: () => 0,
  latest: () => null,
};

function layoutOf(layoutColumns: readonly Column[]): SideLayout {
  return {
    format: { name: 'JSON', properties: {}, features: [] }, isKey: false, columns: layoutColumns, window: null, subject: 'bids-value', schemas: noSchemas,
  };
}

function ratePerSecond(run: () => void): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return (RECORDS / best) * 1e9;
}

let sum = 0;
function use(value: unknown): void {
  if (typeof value === 'number') sum += value;
  else if (typeof value === 'string') sum += value.length;
}

function parseRate(records: Records, decode: (from: number, to: number) => string): number {
  return ratePerSecond(() => {
    for (let i = 0; i < RECORDS; i++) {
      const bid: unknown = JSON.parse(decode(records.starts[i] ?? 0, records.starts[i + 1] ?? 0));
      if (typeof bid === 'object' && bid !== null && 'auction' in bid && 'bidder' in bid && 'price' in bid && 'channel' in bid) {
        use(bid.auction);
        use(bid.bidder);
        use(bid.price);
        use(bid.channel);
      }
    }
  });
}

function scanRate(records: Records, used: readonly boolean[]): number {
  const reader = formatOf('JSON').compileReader(layoutOf(columns), used);
  const getters = reader.columns.filter((_, column) => used[column] ?? false);
  return ratePerSecond(() => {
    for (let i = 0; i < RECORDS; i++) {
      const start = records.starts[i] ?? 0;
      reader.scan(records.buffer, start, (records.starts[i + 1] ?? 0) - start);
      for (let g = 0; g < getters.length; g++) use(getters[g]?.());
    }
  });
}

function writeRates(): { readonly compiled: number; readonly stringify: number } {
  const outputs: Column[] = [
    { name: 'AUCTION', type: BIGINT }, { name: 'CHANNEL', type: STRING }, { name: 'TOTAL', type: BIGINT }, { name: 'AVERAGE', type: DOUBLE },
    { name: 'LAST', type: array(BIGINT) },
  ];
  const rows: SqlValue[][] = Array.from({ length: RECORDS }, (_, i) => [1000 + random(1000), CHANNELS[i & 3] ?? '', 1672531200000 + i, random(100_000), [1, 2]]);
  const writer = formatOf('JSON').compileWriter(layoutOf(outputs));
  const sink = new GrowableSink(1 << 20);
  const compiled = ratePerSecond(() => {
    for (const row of rows) {
      if (sink.position > 1 << 19) sink.position = 0;
      writer.write(row, sink);
    }
  });
  const stringify = ratePerSecond(() => {
    for (const row of rows) {
      if (sink.position > 1 << 19) sink.position = 0;
      const text = JSON.stringify({ AUCTION: row[0], CHANNEL: row[1], TOTAL: row[2], AVERAGE: row[3], LAST: row[4] });
      sink.position += sink.buffer.write(text, sink.position, 'latin1');
    }
  });
  return { compiled, stringify };
}

const records = bids();
const latin = parseRate(records, (from, to) => records.buffer.toString('latin1', from, to));
const utf8 = parseRate(records, (from, to) => records.buffer.toString('utf8', from, to));
const scan = scanRate(records, [true, true, true, true, false, false, false]);
const scanNumbers = scanRate(records, [true, false, true, false, false, true, false]);
const write = writeRates();
const millions = (rate: number): string => `${(rate / 1e6).toFixed(2)} M/s`;
console.log(`JSON.parse, latin1 ${millions(latin)}, utf8 ${millions(utf8)}`);
console.log(`compiled reader, 4 of 7 columns ${millions(scan)} (${(scan / Math.max(latin, utf8)).toFixed(2)} × JSON.parse)`);
console.log(`compiled reader, 3 numbers ${millions(scanNumbers)} (${(scanNumbers / Math.max(latin, utf8)).toFixed(2)} ×)`);
console.log(`compiled writer ${millions(write.compiled)}, JSON.stringify ${millions(write.stringify)} (${(write.compiled / write.stringify).toFixed(2)} ×)`);
if (sum === 0) throw new Error('nothing was read');
