import type {
  BatchBuilder, Broker, BrokerAdmin, CommitResult, GroupMember, LogReader, OffsetCommit, PlainProducer, TransactionalProducer,
} from '../../src/broker/index.js';
import type { Clock } from '../../src/env/index.js';
import { BrokerError, StateError } from '../../src/errors/index.js';
import type { BytesStore, Entry, StoreProvider, StoreSnapshot } from '../../src/state/index.js';
import type { Dice } from './dice.js';
import { ReaderInPieces } from './pieces.js';
import type { Trace } from './trace.js';

/** How often what goes wrong, per call of a seam. Drawn once per seed: some seeds have none of a kind, some a lot. */
export interface FaultRates {
  readonly delay: number;
  readonly crash: number;
  readonly brokerError: number;
  readonly commitFault: number;
  readonly storeError: number;
  readonly damagedRead: number;
}
export const NO_FAULTS: FaultRates = { delay: 0, crash: 0, brokerError: 0, commitFault: 0, storeError: 0, damagedRead: 0 };

export function drawRates(dice: Dice, disturbs: boolean): FaultRates {
  if (!disturbs) return NO_FAULTS;
  return {
    delay: dice.pick([0, 0.05, 0.3]),
    crash: dice.pick([0, 0.005, 0.02, 0.05]),
    brokerError: dice.pick([0, 0, 0.02]),
    commitFault: dice.pick([0, 0.1, 0.3]),
    storeError: dice.pick([0, 0, 0.03]),
    damagedRead: dice.pick([0, 0, 0, 0.003]),
  };
}

type CommitFate = 'applied, answer lost' | 'not applied, outcome unknown' | 'applied late, outcome unknown' | 'abortable';
const COMMIT_FATES: readonly [CommitFate, ...CommitFate[]] = ['applied, answer lost', 'not applied, outcome unknown', 'applied late, outcome unknown', 'abortable'];

/** What all lives of a simulated process share: the dice, the rates, the trace and what was found wrong. */
export class Weather {
  rates: FaultRates;
  crashesLeft: number;
  readonly violations: string[] = [];
  /** Committed offsets as the broker acknowledged or applied them. */
  private readonly committed = new Map<string, number>();

  constructor(
    readonly dice: Dice,
    readonly trace: Trace,
    rates: FaultRates,
    crashes: number,
    /** Records of a partition that one poll gives at most. */
    readonly pieceSize: number,
  ) {
    this.rates = rates;
    this.crashesLeft = crashes;
  }

  /** Offsets of a group never go back. */
  offsetsCommitted(group: string, offsets: readonly OffsetCommit[]): void {
    for (const { topic, partition, offset } of offsets) {
      const place = `${group} ${topic}-${partition}`;
      const before = this.committed.get(place) ?? -1;
      if (offset < before) this.violations.push(`the committed offset of ${place} went back from ${before} to ${offset}`);
      this.committed.set(place, offset);
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * One life of the process under test, as the seams see it. Its death is that no call returns any more: the object graph is left
 * where it stands, the broker and the stores live on.
 */
export class SimProcess {
  dead = false;
  constructor(private readonly weather: Weather) {}

  kill(why: string): void {
    if (this.dead) return;
    this.dead = true;
    this.weather.trace.add(`crash ${why}`);
    this.weather.trace.reached(`crash: ${why.split(' ')[0] ?? ''}`);
  }

  /** A call of a seam: it may take its time, kill the process before or after it was carried out, or fail. */
  private async call<T>(point: string, real: () => Promise<T>, failure: (() => Error) | null = null, rate = 0): Promise<T> {
    if (this.dead) return never();
    const { dice, trace, rates } = this.weather;
    trace.add(point);
    if (dice.chance(rates.delay)) for (let turns = dice.between(1, 8); turns > 0; turns--) await turn();
    if (this.dead) return never();
    const crashes = this.weather.crashesLeft > 0 && dice.chance(rates.crash);
    const afterwards = dice.chance(0.5);
    if (crashes) this.weather.crashesLeft--;
    if (crashes && !afterwards) {
      this.kill(`${point} before`);
      return never();
    }
    if (failure !== null && dice.chance(rate)) {
      trace.add(`error at ${point}`);
      trace.reached(`error: ${point.split(' ')[0] ?? ''}`);
      throw failure();
    }
    const value = await real();
    if (crashes) this.kill(`${point} after`);
    return this.dead ? never() : value;
  }

  private broken(point: string): () => Error {
    return () => new BrokerError(`Simulated: ${point} failed`, { retriable: true });
  }

  clock(real: Clock): Clock {
    const alive = async (work: Promise<void>): Promise<void> => {
      await work;
      if (this.dead) await never();
    };
    return {
      now: () => real.now(),
      monotonic: () => real.monotonic(),
      sleep: (ms, signal) => alive(real.sleep(ms, signal)),
      yieldTurn: () => alive(real.yieldTurn()),
    };
  }

  broker(real: Broker): Broker {
    const guarded = <T>(point: string, work: () => Promise<T>): Promise<T> => this.call(point, work, this.broken(point), this.weather.rates.brokerError);
    const { admin } = real;
    const adminSeam: BrokerAdmin = {
      createTopic: (topic) => guarded(`createTopic ${topic.name}`, () => admin.createTopic(topic)),
      deleteTopic: (name) => guarded(`deleteTopic ${name}`, () => admin.deleteTopic(name)),
      describeTopic: (name) => this.call(`describeTopic ${name}`, () => admin.describeTopic(name)),
      listTopics: () => this.call('listTopics', () => admin.listTopics()),
      listOffsets: (partitions, at, isolation) => guarded('listOffsets', () => admin.listOffsets(partitions, at, isolation)),
      deleteRecords: (below) => guarded('deleteRecords', () => admin.deleteRecords(below)),
      listGroups: () => this.call('listGroups', () => admin.listGroups()),
      deleteGroup: (group) => guarded(`deleteGroup ${group}`, () => admin.deleteGroup(group)),
      clusterId: () => admin.clusterId(),
    };
    return {
      kind: real.kind,
      singleMember: real.singleMember,
      admin: adminSeam,
      openReader: (options) => this.reader(new ReaderInPieces(real.openReader(options), this.weather.pieceSize), `${options.lane} ${options.owner}`),
      openGroup: (options) => this.member(real.openGroup(options)),
      fetchCommitted: (group, partitions) => guarded(`fetchCommitted ${group}`, () => real.fetchCommitted(group, partitions)),
      openTransactionalProducer: (options) =>
        guarded(`openTransactionalProducer ${options.transactionalId}`, async () => this.producer(await real.openTransactionalProducer(options))),
      openProducer: () => guarded('openProducer', async () => this.plainProducer(await real.openProducer())),
      close: () => real.close(),
    };
  }

  private member(real: GroupMember): GroupMember {
    return { join: () => this.call('join', () => real.join()), leave: () => this.call('leave', () => real.leave()), metadata: () => real.metadata() };
  }

  private reader(real: LogReader, who: string): LogReader {
    const isRecovering = who.startsWith('restore');
    return {
      assign: (positions) => real.assign(positions),
      unassign: (partitions) => real.unassign(partitions),
      pause: (partitions) => real.pause(partitions),
      resume: (partitions) => real.resume(partitions),
      poll: async (options) => {
        const point = isRecovering ? `restore-poll ${who}` : `poll ${who}`;
        return this.call(point, () => real.poll(options), this.broken(point), who.endsWith(' command') ? 0 : this.weather.rates.brokerError);
      },
      wakeup: () => real.wakeup(),
      close: () => this.call('closeReader', () => real.close()),
    };
  }

  private plainProducer(real: PlainProducer): PlainProducer {
    return {
      send: (records) => this.call('send', () => real.send(records)),
      sendIfEnd: (record, end) => this.call('sendIfEnd', () => real.sendIfEnd(record, end)),
      close: () => this.call('closeProducer', () => real.close()),
    };
  }

  private producer(real: TransactionalProducer): TransactionalProducer {
    return new SimProducer(real, this.weather, (point, work) => this.call(point, work));
  }

  stores(real: StoreProvider): StoreProvider {
    return {
      open: (task, name) =>
        this.call(`openStore ${task} ${name}`, async () => this.store(await real.open(task, name), `${task} ${name}`), () => storeError('open'), this.weather.rates.storeError),
      destroy: (queryId) => this.call(`destroyStores ${queryId}`, () => real.destroy(queryId)),
      close: () => this.call('closeStores', () => real.close()),
    };
  }

  private store(real: BytesStore, name: string): BytesStore {
    const { weather } = this;
    return {
      name: real.name,
      identity: () => real.identity(),
      get: (key) => this.damagedOr(name, () => real.get(key)),
      write: async (operations, offset) => {
        // A failed write may or may not have been applied.
        const applied = weather.dice.chance(0.5);
        return this.call(`write ${name}`, async () => {
          if (weather.dice.chance(weather.rates.storeError)) {
            if (applied) await real.write(operations, offset);
            weather.trace.reached(`store write failed, ${applied ? '' : 'not '}applied`);
            throw storeError('write');
          }
          await real.write(operations, offset);
        });
      },
      scan: (range, size) => this.pages(`scan ${name}`, real.scan(range, size)),
      snapshot: () => this.snapshot(real.snapshot(), name),
      deleteRange: (range) => this.call(`deleteRange ${name}`, () => real.deleteRange(range), () => storeError('deleteRange'), weather.rates.storeError),
      approximateBytes: () => real.approximateBytes(),
      close: () => this.call(`closeStore ${name}`, () => real.close()),
    };
  }

  private snapshot(real: StoreSnapshot, name: string): StoreSnapshot {
    return { get: (key) => real.get(key), scan: (range, size) => this.pages(`scan ${name}`, real.scan(range, size)), release: () => real.release() };
  }

  private damagedOr<T>(name: string, read: () => T): T {
    const { dice, rates, trace } = this.weather;
    if (!this.dead && dice.chance(rates.damagedRead)) {
      trace.add(`damaged ${name}`);
      trace.reached('damaged read');
      throw new StateError(`Simulated: a value of ${name} is damaged`, { damaged: true });
    }
    return read();
  }

  private async *pages(point: string, real: AsyncIterable<readonly Entry[]>): AsyncGenerator<readonly Entry[]> {
    for await (const page of real) yield await this.call(point, () => Promise.resolve(page), () => storeError('scan'), this.weather.rates.storeError);
  }
}

function storeError(what: string): Error {
  return new StateError(`Simulated: ${what} failed, no space left on device`, { damaged: false });
}

/** A producer whose commits can come to nothing, or be carried out without an answer, or long after the answer was given up. */
class SimProducer implements TransactionalProducer {
  private offsets: { group: string; commits: readonly OffsetCommit[] }[] = [];
  /** The outcome of a commit is unknown: nothing but a new producer may follow. */
  private doubtful = false;
  /** The commit is still under way; what the engine does with the transaction no longer reaches the broker. */
  private isAdrift = false;

  constructor(
    private readonly real: TransactionalProducer,
    private readonly weather: Weather,
    private readonly call: <T>(point: string, work: () => Promise<T>) => Promise<T>,
  ) {}

  begin(): void {
    if (this.doubtful) this.weather.violations.push('a producer was used again after a commit of unknown outcome');
    if (!this.isAdrift) this.real.begin();
  }

  batch(topic: string, partition: number): BatchBuilder {
    return this.real.batch(topic, partition);
  }

  flush(): Promise<void> {
    return this.call('flush', () => this.real.flush());
  }

  sendOffsets(offsets: Parameters<TransactionalProducer['sendOffsets']>[0], group: Parameters<TransactionalProducer['sendOffsets']>[1]): Promise<void> {
    return this.call(`sendOffsets ${offsets.map((each) => `${each.topic}-${each.partition}=${each.offset}`).join()}`, async () => {
      await this.real.sendOffsets(offsets, group);
      this.offsets.push({ group: group.groupId, commits: offsets });
    });
  }

  commit(): Promise<CommitResult> {
    const { dice, rates, trace } = this.weather;
    const fate = dice.chance(rates.commitFault) ? dice.pick(COMMIT_FATES) : null;
    return this.call(`commit ${fate ?? ''}`, async () => {
      if (fate === null) return this.carryOut();
      trace.reached(`commit ${fate}`);
      if (fate === 'abortable') throw new BrokerError('Simulated: the transaction must be aborted', { retriable: true, outcome: 'abortable' });
      this.doubtful = true;
      if (fate === 'applied, answer lost') await this.carryOut();
      if (fate === 'applied late, outcome unknown') this.carryOutLater(dice.between(1, 30));
      throw new BrokerError('Simulated: no answer to the commit', { retriable: true, outcome: 'unknown' });
    });
  }

  async abort(): Promise<void> {
    this.offsets = this.isAdrift ? this.offsets : [];
    if (!this.isAdrift) await this.call('abort', () => this.real.abort());
  }

  async close(): Promise<void> {
    if (!this.isAdrift) await this.call('closeTransactionalProducer', () => this.real.close());
  }

  private async carryOut(): Promise<CommitResult> {
    const result = await this.real.commit();
    for (const { group, commits } of this.offsets) this.weather.offsetsCommitted(group, commits);
    this.offsets = [];
    this.weather.trace.add(`committed ${result.endOffsets.map((each) => `${each.topic}-${each.partition}=${each.offset}`).join()}`);
    return result;
  }

  private carryOutLater(turns: number): void {
    this.isAdrift = true;
    const later = async (): Promise<void> => {
      for (let i = 0; i < turns; i++) await turn();
      await this.carryOut();
      this.weather.trace.reached('a late commit was carried out');
    };
    later().catch(() => this.weather.trace.reached('a late commit was fenced'));
  }
}
