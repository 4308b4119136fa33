import type { Key, Row } from '../../types/index.js';
import { assert, present } from '../../errors/index.js';
import { partitionForKey } from '../../broker/index.js';
import type { Partitioner } from '../options.js';
import type { Exchange } from '../topology.js';
import { ExchangeEncoder, explicitPartition } from './exchange-codec.js';
import type { RecordContext } from './record-context.js';
import type { SerdeContext } from './record-encoder.js';
import type { RowInput } from './row-input.js';
import { SlabBuilder } from './slab-builder.js';
import type { SlabInput } from './slab-input.js';
import { TopicWriter } from './topic-writer.js';
import type { TransactionOutput } from './transaction-output.js';

/** The producing end of an exchange, of one task. */
export interface ExchangeWriter {
  put(key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void;
}

/** What producing ends need to know. */
export interface ExchangeEnvironment {
  readonly serde: SerdeContext;
  readonly output: TransactionOutput;
  readonly partitioner: Partitioner | null;
}

/**
 * One exchange of a running query. Rows arrive at the consumer in the order in which they were put; which partition a row goes
 * to and what the consumer reads are the same for every implementation.
 */
export interface ExchangePort {
  readonly exchange: Exchange;
  /** true: rows put are visible to consumers within the same transaction; they must be drained before a commit. */
  readonly inMemory: boolean;
  /** Records put so far. */
  readonly records: number;
  writer(context: RecordContext): ExchangeWriter;
  /** Makes what was put since the last call readable by the inputs. */
  deliver(): void;
}

/** Memory, rows as they are. */
export class RowExchange implements ExchangePort {
  readonly inMemory = true;
  private readonly inputs: RowInput[] = [];

  constructor(
    readonly exchange: Exchange,
    private readonly partitions: number,
    private readonly environment: ExchangeEnvironment,
  ) {}

  attach(partition: number, input: RowInput): void {
    this.inputs[partition] = input;
  }

  get records(): number {
    return this.inputs.reduce((sum, input) => sum + input.records + input.pending, 0);
  }

  writer(context: RecordContext): ExchangeWriter {
    const { exchange, partitions, environment, inputs } = this;
    const route = partitions === 1 ? null : new Router(exchange, partitions, environment, context);
    const single = exchange.kind !== 'changes' && route === null;
    return {
      put: (key, row, old, timestamp) => {
        // A single null key column is written as no key bytes.
        const kept = key !== null && single && key.length === 1 && key[0] === null ? null : key;
        const partition = route === null ? 0 : route.partition(kept, row);
        const input = inputs[partition];
        assert(input !== undefined, 'a memory exchange has an input for every partition');
        input.put(route !== null && !route.hasKey && exchange.kind === 'rows' ? null : kept, row, old, timestamp, context.headers());
      },
    };
  }

  deliver(): void {
    // Rows are readable at once.
  }
}

/** Memory, encoded records: for formats that change what is written. */
export class BytesExchange implements ExchangePort {
  readonly inMemory = true;
  private readonly builders: SlabBuilder[] = [];
  private readonly inputs: SlabInput[] = [];

  constructor(
    readonly exchange: Exchange,
    private readonly partitions: number,
    private readonly environment: ExchangeEnvironment,
  ) {
    for (let partition = 0; partition < partitions; partition++) this.builders.push(new SlabBuilder(exchange.topic, partition));
  }

  attach(partition: number, input: SlabInput): void {
    this.inputs[partition] = input;
  }

  get records(): number {
    return this.builders.reduce((sum, builder) => sum + builder.total, 0);
  }

  writer(context: RecordContext): ExchangeWriter {
    const router = new Router(this.exchange, this.partitions, this.environment, context);
    return {
      put: (key, row, old, timestamp) => {
        router.encoder.encodeRow(key, row, old);
        const partition = router.encodedPartition(row);
        present(this.builders[partition], 'a builder for every partition').append(router.encoder, timestamp, context.headers());
      },
    };
  }

  deliver(): void {
    this.builders.forEach((builder, partition) => {
      if (builder.count > 0) present(this.inputs[partition], 'an input for every partition').add(builder.seal());
    });
  }
}

/** The internal topic: appended in the transaction, read back once that is committed. */
export class TopicExchange implements ExchangePort {
  readonly inMemory = false;
  records = 0;

  constructor(
    readonly exchange: Exchange,
    private readonly partitions: number,
    private readonly environment: ExchangeEnvironment,
  ) {}

  writer(context: RecordContext): ExchangeWriter {
    const { exchange, partitions, environment } = this;
    const encoder = new ExchangeEncoder(environment.serde, exchange);
    const partitioner: Partitioner = (key, position, length, count) => explicit ?? hash(environment.partitioner, key, position, length, count);
    let explicit: number | null = null;
    const writer = new TopicWriter(exchange.topic, partitions, encoder, environment.output, context, partitioner);
    return {
      put: (key, row, old, timestamp) => {
        encoder.encodeRow(key, row, old);
        explicit = explicitPartition(exchange, row);
        writer.append(timestamp);
        this.records++;
      },
    };
  }

  deliver(): void {
    // The broker delivers.
  }
}

/** Finds the partition of a row by the bytes its key would have on the topic. */
class Router {
  readonly encoder: ExchangeEncoder;
  hasKey = true;
  constructor(
    private readonly exchange: Exchange,
    private readonly partitions: number,
    private readonly environment: ExchangeEnvironment,
    private readonly context: RecordContext,
  ) {
    this.encoder = new ExchangeEncoder(environment.serde, exchange);
  }

  partition(key: Key | null, row: Row | null): number {
    this.encoder.encodeKey(key);
    return this.encodedPartition(row);
  }

  encodedPartition(row: Row | null): number {
    const { encoder, partitions } = this;
    this.hasKey = encoder.keyLength >= 0;
    const explicit = explicitPartition(this.exchange, row);
    if (explicit !== null) return explicit;
    if (partitions === 1) return 0;
    if (!this.hasKey) return this.context.spread(partitions);
    return hash(this.environment.partitioner, encoder.scratch.buffer, 0, encoder.keyLength - encoder.windowBytes, partitions);
  }
}

function hash(partitioner: Partitioner | null, key: Buffer, position: number, length: number, partitions: number): number {
  return partitioner === null ? partitionForKey(key, position, length, partitions) : partitioner(key, position, length, partitions);
}
