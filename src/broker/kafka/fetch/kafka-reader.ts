import { assert, BrokerError } from '../../../errors/index.js';
import type { LogReader, ReaderOptions, Slab, TopicPartition } from '../../broker.js';
import { asBrokerError, unknownTopic, type KafkaCluster } from '../cluster/kafka-cluster.js';
import { actionOf, kafkaError, KAFKA } from '../protocol/error-codes.js';
import { FETCH, type FetchedPartition } from '../protocol/log-apis.js';
import { AuthenticationFailure } from '../wire/wire-transport.js';
import { decodeBatches } from './decode-batches.js';
import { outOfRange } from './out-of-range.js';
import { Position } from './position.js';

const REQUEST_BYTES = 8 * 1024 * 1024;
/** Longest time the broker holds an answer back: what follows on this socket waits behind it. */
const LONG_POLL_MS = 500;
const RETRY_MS = 100;
const OPEN_QUESTION_MS = 10;
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

/**
 * Fetches assigned partitions, one request per broker at a time, on sockets of its own. While the caller works on what it got, the
 * next part is already asked for, if the broker is known to have it.
 */
export class KafkaReader implements LogReader {
  private readonly positions = new Map<string, Position>();
  private readonly inFlight = new Map<number, { readonly done: Promise<void>; readonly isLong: boolean }>();
  private polling = false;
  private closed = false;
  private woken = false;
  private retryAtMs = 0;
  private wake: () => void = () => undefined;

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly options: ReaderOptions,
    /** Names this reader's sockets. */
    private readonly lane: string,
    private readonly onClose: (reader: KafkaReader) => void,
  ) {}

  assign(positions: readonly (TopicPartition & { readonly offset: number })[]): void {
    for (const { topic, partition, offset } of positions) this.positions.set(keyOf(topic, partition), new Position(topic, partition, offset));
    this.wake();
  }

  unassign(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) this.positions.delete(keyOf(topic, partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.setPaused(partitions, false);
    this.wake();
  }

  async poll({ maxBytes, maxWaitMs }: { readonly maxBytes: number; readonly maxWaitMs: number }): Promise<readonly Slab[]> {
    assert(!this.polling, 'one poll at a time');
    if (this.closed) throw new BrokerError('The reader is closed', { retriable: false, code: 'SHUTTING_DOWN' });
    this.polling = true;
    this.woken = false;
    try {
      return await this.pollUntil(maxBytes, this.now() + maxWaitMs);
    } finally {
      this.polling = false;
    }
  }

  wakeup(): void {
    this.woken = true;
    this.wake();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.wakeup();
    this.onClose(this);
    await this.cluster.options.transport.closeLane(this.lane);
  }

  private async pollUntil(maxBytes: number, deadline: number): Promise<readonly Slab[]> {
    for (let hasLooked = false; ; hasLooked = true) {
      const slabs = this.take(maxBytes);
      if (slabs.length > 0) {
        // Asked for now, it is here when the caller comes back.
        this.startFetches(0, (position) => position.hasMore);
        return slabs;
      }
      this.throwFailure();
      const remaining = deadline - this.now();
      if (this.closed || this.woken || this.cluster.closing.signal.aborted || (hasLooked && remaining <= 0)) return [];
      const changed = this.untilChange(remaining);
      await this.locate(changed);
      if (this.positions.size > 0 && this.now() >= this.retryAtMs) this.startFetches(Math.max(0, Math.min(LONG_POLL_MS, Math.floor(remaining))), () => true);
      await this.awaitAnswers(remaining, changed);
    }
  }

  /** Without time to wait, what was asked for at once is awaited all the same; else whatever comes first. */
  private async awaitAnswers(remaining: number, changed: Promise<void>): Promise<void> {
    if (remaining > 0) {
      await changed;
      return;
    }
    this.wake();
    const quick = [...this.inFlight.values()].filter(({ isLong }) => !isLong).map(({ done }) => done);
    if (quick.length > 0) {
      await Promise.all(quick);
      return;
    }
    // A question asked earlier is still open: had the broker anything, its answer would be on its way. The loop gets a turn in any case.
    const { clock } = this.cluster.options;
    const open = [...this.inFlight.values()].map(({ done }) => done);
    await (open.length === 0 ? clock.yieldTurn() : Promise.race([...open, clock.sleep(OPEN_QUESTION_MS)]));
  }

  /** Resolves on an answer, a wakeup or an assignment, or when the time is over. */
  private untilChange(ms: number): Promise<void> {
    const { clock } = this.cluster.options;
    // Failed brokers are asked again after a while even when nothing else happens.
    const until = Math.min(ms, Math.max(LONG_POLL_MS, this.retryAtMs - this.now()));
    const timer = until > 0 ? new AbortController() : null;
    return new Promise<void>((resolve) => {
      const end = (): void => {
        timer?.abort();
        this.wake = () => undefined;
        resolve();
      };
      this.wake = end;
      if (timer !== null) clock.sleep(until, timer.signal).then(end, () => undefined);
    });
  }

  private take(maxBytes: number): Slab[] {
    const slabs: Slab[] = [];
    let bytes = 0;
    for (const [key, position] of Array.from(this.positions)) {
      if (position.ready === null || position.paused) continue;
      if (slabs.length > 0 && bytes >= maxBytes) break;
      slabs.push(position.ready.slab);
      bytes += position.ready.bytes;
      position.ready = null;
      // Served partitions go behind the others, so a small `maxBytes` starves none.
      this.positions.delete(key);
      this.positions.set(key, position);
    }
    return slabs;
  }

  private throwFailure(): void {
    for (const position of this.positions.values()) {
      const { failure } = position;
      if (failure === null || position.paused) continue;
      position.failure = null;
      throw failure;
    }
  }

  /** Makes the leaders of all partitions known, or notes which topics do not exist. */
  private async locate(changed: Promise<void>): Promise<void> {
    const lost = [...this.positions.values()].filter((position) => position.isFetchable && this.cluster.knownLeader(position) === null);
    if (lost.length === 0 || this.now() < this.retryAtMs) return;
    await Promise.race([this.lookUp(lost), changed]);
  }

  private async lookUp(lost: readonly Position[]): Promise<void> {
    try {
      const answer = await this.cluster.refresh([...new Set(lost.map(({ topic }) => topic))]);
      for (const position of lost) {
        const topic = answer.topics.find(({ name }) => name === position.topic);
        if (topic === undefined || topic.error === KAFKA.unknownTopic || (topic.error === 0 && topic.partitions[position.partition] === undefined)) {
          position.failure = unknownTopic(position.topic, position.partition);
        } else if (topic.error !== 0 && actionOf(topic.error) === 'fail') {
          position.failure = kafkaError(topic.error, `Reading topic ${position.topic}`);
        } else if (this.cluster.knownLeader(position) === null) {
          this.retryAtMs = this.now() + RETRY_MS;
        }
      }
    } catch (error) {
      this.failed(error, lost);
    }
  }

  private startFetches(waitMs: number, isMeant: (position: Position) => boolean): void {
    const byNode = new Map<number, Position[]>();
    for (const position of this.positions.values()) {
      const leader = position.isFetchable && isMeant(position) ? this.cluster.knownLeader(position) : null;
      if (leader === null || this.inFlight.has(leader.node)) continue;
      const positions = byNode.get(leader.node);
      if (positions === undefined) byNode.set(leader.node, [position]);
      else positions.push(position);
    }
    for (const [node, positions] of byNode) {
      for (const position of positions) position.inFlight = true;
      const done = this.fetch(node, positions, waitMs).finally(() => {
        for (const position of positions) position.inFlight = false;
        this.inFlight.delete(node);
        this.wake();
      });
      this.inFlight.set(node, { done, isLong: waitMs > 0 });
    }
  }

  private async fetch(node: number, positions: readonly Position[], waitMs: number): Promise<void> {
    try {
      for (const position of positions) await this.checkIdentity(position);
      const known = positions.every(({ topicId }) => topicId !== '');
      const answer = await this.cluster.call(
        node,
        FETCH,
        {
          maxWaitMs: waitMs,
          maxBytes: REQUEST_BYTES,
          committedOnly: this.options.isolation === 'read_committed',
          partitions: positions.map((position) => ({
            topic: position.topic, topicId: position.topicId, partition: position.partition, offset: position.offset,
            leaderEpoch: this.cluster.knownLeader(position)?.epoch ?? -1, lastEpoch: position.lastEpoch, maxBytes: position.maxBytes,
          })),
        },
        { lane: this.lane, waitMs, ...(known ? {} : { maxVersion: 12 }) },
      );
      if (answer.error !== 0) throw kafkaError(answer.error, 'Fetching');
      for (const partition of answer.partitions) {
        const position = positions.find((each) => each.partition === partition.partition && (each.topicId === partition.topic || each.topic === partition.topic));
        if (position !== undefined) await this.receive(position, partition);
      }
    } catch (error) {
      this.failed(error, positions);
    }
  }

  /** A topic deleted and created anew is another topic: its offsets mean nothing here. */
  private async checkIdentity(position: Position): Promise<void> {
    const topic = await this.cluster.topic(position.topic);
    if (topic === null) throw unknownTopic(position.topic, position.partition);
    if (position.topicId === '') position.topicId = topic.id;
    else if (position.topicId !== topic.id) position.failure = madeAnew(position);
  }

  private async receive(position: Position, fetched: FetchedPartition): Promise<void> {
    if (position.failure !== null) return;
    if (fetched.error !== 0) {
      await this.refused(position, fetched.error);
      return;
    }
    position.highWatermark = fetched.highWatermark;
    position.lastStableOffset = fetched.lastStableOffset;
    if (fetched.divergedAt !== null) {
      position.failure = truncated(position, fetched.divergedAt);
      return;
    }
    if (fetched.records === null || fetched.records.length === 0) return;
    const { isolation } = this.options;
    const { slab, lastEpoch, cutOff } = decodeBatches({ source: position, records: fetched.records, fromOffset: position.offset, isolation, aborted: fetched.aborted });
    if (cutOff) position.maxBytes = Math.min(MAX_BATCH_BYTES, position.maxBytes * 2);
    if (slab.nextOffset <= position.offset) return;
    position.offset = slab.nextOffset;
    if (lastEpoch >= 0) position.lastEpoch = lastEpoch;
    position.ready = { slab, bytes: fetched.records.length };
  }

  private async refused(position: Position, error: number): Promise<void> {
    const { topic, partition } = position;
    if (error === KAFKA.offsetOutOfRange) {
      position.failure = await outOfRange(this.cluster, position);
    } else if (actionOf(error) === 'fail') {
      position.failure = kafkaError(error, `Reading topic ${topic} partition ${partition}`);
    } else {
      // The leader may have moved, or the topic may be gone: looking it up tells.
      if (actionOf(error) === 'refresh') this.cluster.forgetTopics([topic]);
      this.retryAtMs = this.now() + (position.highWatermark < 0 ? 10 : RETRY_MS);
    }
  }

  private failed(error: unknown, positions: readonly Position[]): void {
    if (this.closed || this.cluster.closing.signal.aborted) return;
    const isFinal = error instanceof AuthenticationFailure || !(error instanceof Error) || (error instanceof BrokerError ? !error.retriable : error.name !== 'ConnectionFailure');
    if (isFinal) {
      for (const position of positions) position.failure ??= asBrokerError(error, 'Fetching');
      return;
    }
    this.retryAtMs = this.now() + RETRY_MS;
    this.cluster.forgetTopics(positions.map(({ topic }) => topic));
  }

  private setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const { topic, partition } of partitions) {
      const position = this.positions.get(keyOf(topic, partition));
      if (position !== undefined) position.paused = paused;
    }
  }

  private now(): number {
    return this.cluster.options.clock.monotonic();
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition}/${topic}`;
}

function madeAnew({ topic, partition }: Position): BrokerError {
  return new BrokerError(`Topic ${topic} (partition ${partition}) was deleted and created anew`, { retriable: false, code: 'UNKNOWN_TOPIC' });
}

function truncated({ topic, partition, offset }: Position, at: number): BrokerError {
  return new BrokerError(`Topic ${topic} partition ${partition} was truncated to offset ${at}, below ${offset}, which had been read: a broker without all records became its leader`, {
    retriable: false, code: 'OFFSET_OUT_OF_RANGE', hint: 'See unclean.leader.election.enable of the topic.',
  });
}
