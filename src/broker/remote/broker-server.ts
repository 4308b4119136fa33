import type { Transferable } from 'node:worker_threads';
import { assertNever, BrokerError } from '../../errors/index.js';
import type { Broker, CommitResult, LogReader, PlainProducer, ProducerRecord, TransactionalProducer } from '../broker.js';
import type { BrokerPort } from './broker-port.js';
import type { CallMessage, FromBroker, PollAnswer, RecordLimits, RemoteRecord, ToBroker } from './messages.js';
import { packSlab } from './packed-slab.js';
import { toRemote } from './remote-errors.js';
import { ServedProducer } from './served-producer.js';

interface ServedReader {
  readonly reader: LogReader;
  assignments: number;
}

/** Lets one other thread use a broker of this one. What that thread leaves open when it ends is given back by `close`. */
export class BrokerServer {
  private readonly readers = new Map<number, ServedReader>();
  private readonly transactional = new Map<number, ServedProducer>();
  private readonly plain = new Map<number, PlainProducer>();
  private readonly underWay = new Set<Promise<void>>();
  private isClosed = false;

  constructor(
    private readonly broker: Broker,
    private readonly port: BrokerPort<FromBroker, ToBroker>,
  ) {
    port.onMessage((message) => this.receive(message));
  }

  /** Aborts transactions and closes readers; resolves when nothing that was asked for is under way any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled([...this.readers.values()].map(({ reader }) => reader.close()));
    await Promise.allSettled([...this.underWay]);
    await Promise.allSettled([...this.transactional.values(), ...this.plain.values()].map((producer) => producer.close()));
    this.readers.clear();
    this.transactional.clear();
    this.plain.clear();
    this.port.close();
  }

  private receive(message: ToBroker): void {
    if (this.isClosed) return;
    switch (message.kind) {
      case 'call': {
        const work = this.answer(message);
        this.underWay.add(work);
        void work.finally(() => this.underWay.delete(work));
        return;
      }
      case 'openReader':
        this.openReader(message.reader, message.options);
        return;
      case 'assign':
        this.assigned(message.reader)?.assign(message.positions);
        return;
      case 'unassign':
        this.assigned(message.reader)?.unassign(message.partitions);
        return;
      case 'pause':
        this.readers.get(message.reader)?.reader.pause(message.partitions);
        return;
      case 'resume':
        this.readers.get(message.reader)?.reader.resume(message.partitions);
        return;
      case 'wakeup':
        this.readers.get(message.reader)?.reader.wakeup();
        return;
      default:
        assertNever(message);
    }
  }

  // A broker that is closing opens no reader; the first poll says so.
  private openReader(id: number, options: Parameters<Broker['openReader']>[0]): void {
    try {
      this.readers.set(id, { reader: this.broker.openReader(options), assignments: 0 });
    } catch {
      this.readers.delete(id);
    }
  }

  private assigned(id: number): LogReader | null {
    const served = this.readers.get(id);
    if (served === undefined) return null;
    served.assignments += 1;
    return served.reader;
  }

  private async answer(call: CallMessage): Promise<void> {
    const transfer: Transferable[] = [];
    let answer: FromBroker;
    try {
      answer = { kind: 'answer', id: call.id, value: await this.perform(call, transfer) };
    } catch (error) {
      answer = { kind: 'failure', id: call.id, error: toRemote(error) };
    }
    this.port.postMessage(answer, transfer);
  }

  private perform(call: CallMessage, transfer: Transferable[]): Promise<unknown> {
    const { admin } = this.broker;
    switch (call.name) {
      case 'createTopic':
        return admin.createTopic(...call.args);
      case 'deleteTopic':
        return admin.deleteTopic(...call.args);
      case 'describeTopic':
        return admin.describeTopic(...call.args);
      case 'listTopics':
        return admin.listTopics();
      case 'listOffsets':
        return admin.listOffsets(...call.args);
      case 'deleteRecords':
        return admin.deleteRecords(...call.args);
      case 'listGroups':
        return admin.listGroups();
      case 'deleteGroup':
        return admin.deleteGroup(...call.args);
      case 'clusterId':
        return admin.clusterId();
      case 'fetchCommitted':
        return this.broker.fetchCommitted(...call.args);
      case 'poll':
        return this.poll(call.args[0], call.args[1], transfer);
      case 'closeReader':
        return this.closeReader(call.args[0]);
      default:
        return this.produce(call);
    }
  }

  private produce(call: Extract<CallMessage, { name: 'openTransactionalProducer' | 'append' | 'commit' | 'abort' | 'openProducer' | 'send' | 'sendIfEnd' | 'closeProducer' }>): Promise<unknown> {
    const [producer] = call.args;
    switch (call.name) {
      case 'openTransactionalProducer':
        return this.openTransactional(producer, call.args[1]);
      case 'append':
        return found(this.transactional, producer).append(call.args[1]);
      case 'commit':
        return this.commit(producer, call);
      case 'abort':
        return found(this.transactional, producer).abort();
      case 'openProducer':
        return this.openPlain(producer);
      case 'send':
        return found(this.plain, producer).send(call.args[1].map(recordOf));
      case 'sendIfEnd':
        return found(this.plain, producer).sendIfEnd(recordOf(call.args[1]), call.args[2]);
      case 'closeProducer':
        return this.closeProducer(producer);
      default:
        return assertNever(call);
    }
  }

  private async poll(id: number, options: Parameters<LogReader['poll']>[0], transfer: Transferable[]): Promise<PollAnswer> {
    const served = found(this.readers, id);
    const polled = await served.reader.poll(options);
    const slabs = polled.map(packSlab);
    for (const slab of slabs) transfer.push(slab.columns, slab.bytes);
    return { slabs, assignments: served.assignments };
  }

  private async closeReader(id: number): Promise<void> {
    const served = this.readers.get(id);
    this.readers.delete(id);
    await served?.reader.close();
  }

  private async openTransactional(id: number, options: Parameters<Broker['openTransactionalProducer']>[0]): Promise<RecordLimits> {
    const opened: TransactionalProducer = await this.broker.openTransactionalProducer(options);
    const served = new ServedProducer(opened, this.broker.admin);
    this.transactional.set(id, served);
    return served.readLimits();
  }

  private async commit(producer: number, { args }: Extract<CallMessage, { name: 'commit' }>): Promise<CommitResult> {
    return found(this.transactional, producer).commit(args[1], args[2]);
  }

  private async openPlain(id: number): Promise<void> {
    this.plain.set(id, await this.broker.openProducer());
  }

  private async closeProducer(id: number): Promise<void> {
    const producer = this.transactional.get(id) ?? this.plain.get(id);
    this.transactional.delete(id);
    this.plain.delete(id);
    await producer?.close();
  }
}

function found<T>(open: ReadonlyMap<number, T>, id: number): T {
  const one = open.get(id);
  if (one === undefined) throw new BrokerError('The broker is closed', { retriable: false, code: 'SHUTTING_DOWN', outcome: 'unknown' });
  return one;
}

function recordOf({ topic, partition, key, value, timestamp, headers }: RemoteRecord): ProducerRecord {
  const buffer = (bytes: Uint8Array | null): Buffer | null => (bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return {
    topic, partition, timestamp, key: buffer(key), value: buffer(value),
    ...(headers === undefined ? {} : { headers: headers.map((header) => ({ key: header.key, value: buffer(header.value) })) }),
  };
}
