import { openLocal, rowObject, type Engine, type LocalEngine } from '../../src/engine/index.js';
import { VERSION } from '../../src/env/index.js';
import { checkProcessingLog, checkPull, checkSink } from './check.js';
import { Dice } from './dice.js';
import { drawRates, NO_FAULTS, SimProcess, Weather, type FaultRates } from './faults.js';
import type { InputRecord } from './oracle/events.js';
import { drawShape, type Shape } from './shapes.js';
import { Trace } from './trace.js';
import { drawPhases } from './workload.js';
import { World } from './world.js';

/** Everything a seed decides, apart from the records. */
export interface SeedOptions {
  readonly partitions: number;
  readonly records: number;
  readonly caching: boolean;
  readonly exchange: 'memory' | 'topic';
  readonly commitIntervalMs: number;
  readonly crashes: number;
  readonly rates: FaultRates;
  readonly pieceSize: number;
  readonly restartsBetweenPhases: boolean;
  /** The result is dropped at the end, and nothing of its query may stay. */
  readonly drops: boolean;
  /** How far stores may stay behind the commits. */
  readonly backlogBytes: number;
}
export interface SeedResult {
  readonly seed: number;
  readonly shape: string;
  readonly options: SeedOptions;
  readonly failure: string | null;
  readonly digest: string;
  readonly states: ReadonlyMap<string, number>;
  readonly tail: readonly string[];
}

const SERVICE = 'sim_';
/** Turns of the driver in which something must come to its end: far more than any seed needs. */
const PATIENCE = 20_000;

function drawOptions(dice: Dice): SeedOptions {
  return {
    partitions: dice.pick([1, 1, 2, 3, 4]),
    records: dice.pick([50, 80, 120, 200, 500]),
    caching: dice.chance(0.4),
    exchange: dice.pick(['memory', 'topic'] as const),
    commitIntervalMs: dice.pick([1, 20, 200, 2000]),
    crashes: dice.int(9),
    pieceSize: dice.pick([1, 2, 5, 20, 1000]),
    rates: drawRates(dice, dice.chance(0.8)),
    restartsBetweenPhases: dice.chance(0.3),
    drops: dice.chance(0.3),
    backlogBytes: dice.pick([0, 0, 1000, 16_777_216]),
  };
}

class Crashed extends Error {}
class Stuck extends Error {}

class SeedRun {
  readonly options: SeedOptions;
  readonly shape: Shape;
  private readonly trace: Trace;
  private readonly weather: Weather;
  private readonly world: World;
  private readonly phases: readonly (readonly InputRecord[])[];
  private readonly driver: Dice;
  private readonly engineDice: Dice;
  private process: SimProcess;
  private local: LocalEngine | null = null;

  constructor(seed: number, keepTrace: number) {
    const dice = new Dice(seed, 'options');
    this.options = drawOptions(dice);
    this.shape = drawShape(new Dice(seed, 'shape'), this.options);
    this.phases = drawPhases(new Dice(seed, 'records'), this.shape, this.options.partitions, this.options.records);
    this.trace = new Trace(keepTrace);
    this.weather = new Weather(new Dice(seed, 'faults'), this.trace, this.options.rates, this.options.crashes, this.options.pieceSize);
    this.driver = new Dice(seed, 'driver');
    this.engineDice = new Dice(seed, 'engine');
    this.world = new World(new Dice(seed, 'broker'));
    this.process = new SimProcess(this.weather);
  }

  async run(): Promise<string | null> {
    try {
      await this.surviving(() => this.declare());
      for (const phase of this.phases) {
        if (this.options.restartsBetweenPhases) await this.restart();
        await this.world.write(phase);
        await this.surviving(() => this.catchUp());
      }
      this.weather.rates = NO_FAULTS;
      await this.surviving(() => this.catchUp());
      const wrong = this.weather.violations[0] ?? (await this.check());
      if (wrong !== null || !this.options.drops) return wrong;
      this.weather.rates = this.options.rates;
      await this.surviving(() => this.drop());
      this.weather.rates = NO_FAULTS;
      return await this.leftovers();
    } catch (error) {
      if (error instanceof Stuck) return `stuck: ${error.message}`;
      throw error;
    } finally {
      this.process.kill('end');
    }
  }

  result(seed: number, failure: string | null): SeedResult {
    return { seed, shape: this.shape.name, options: this.options, failure, digest: this.trace.digest(), states: this.trace.states, tail: this.trace.tail };
  }

  /** Does it again, in a new life, until no crash came in between. */
  private async surviving(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof Crashed)) throw error;
      }
    }
  }

  /** Lets time and the event loop go on until the work is done, or its process is dead. */
  private async drive<T>(work: Promise<T>, what: string): Promise<T> {
    const { process, world, driver } = this;
    let outcome: { readonly value: T } | { readonly error: unknown } | null = null;
    work.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    const settled = (): { readonly value: T } | { readonly error: unknown } | null => outcome;
    for (let turns = 0; ; turns++) {
      const end = settled();
      if (process.dead) throw new Crashed();
      if (end !== null) {
        if ('value' in end) return end.value;
        throw end.error;
      }
      if (turns > PATIENCE) throw new Stuck(what);
      await world.clock.advance(driver.int(turns > 200 ? 2000 : 20));
      // Compaction takes away what a comparison of whole sequences needs.
      if (this.shape.compare === 'last' && driver.chance(0.01)) await world.broker.maintain();
    }
  }

  private async engine(): Promise<Engine> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (this.local !== null && !this.process.dead) return this.local.engine;
      this.process = new SimProcess(this.weather);
      this.local = null;
      try {
        this.local = await this.drive(this.open(), 'opening');
      } catch (error) {
        // A server that cannot start exits, and is started again.
        if (!(error instanceof Crashed)) {
          if (error instanceof Stuck) throw error;
          this.process.kill(`start failed: ${String(error)}`);
        }
      }
    }
    throw new Stuck('a hundred starts failed');
  }

  private open(): Promise<LocalEngine> {
    const { process, world, options, engineDice } = this;
    const random = { next: () => engineDice.next(), bytes: (length: number) => Uint8Array.from({ length }, () => engineDice.int(256)) };
    return openLocal({
      storage: { memory: true },
      version: VERSION,
      env: { clock: process.clock(world.clock), random },
      broker: process.broker(world.broker),
      stores: process.stores(world.stores),
      properties: {
        'ksql.service.id': SERVICE,
        'ksql.streams.auto.offset.reset': 'earliest',
        'ksql.streams.commit.interval.ms': String(options.commitIntervalMs),
        ...(options.caching ? {} : { 'ksql.streams.cache.max.bytes.buffering': '0' }),
        'ksql.query.retry.backoff.initial.ms': '50',
        'ksql.query.retry.backoff.max.ms': '500',
        'millrace.exchange': options.exchange,
        'millrace.store.backlog.bytes': String(options.backlogBytes),
        'millrace.commit.spacing': options.caching ? '10' : '0',
      },
    });
  }

  private async restart(): Promise<void> {
    if (this.driver.chance(0.5)) {
      this.process.kill('between phases');
      return;
    }
    await this.surviving(async () => {
      if (this.local === null || this.process.dead) return;
      await this.drive(this.local.engine.close(), 'closing');
      this.local = null;
      this.process.dead = true;
    });
  }

  /** Runs the statements that have not taken effect yet. */
  private async declare(): Promise<void> {
    let done = 0;
    for (const statement of this.shape.statements) {
      done += statement.split(';').length - 1;
      for (let attempt = 0; ; attempt++) {
        const engine = await this.engine();
        if (this.declared(engine) >= done) break;
        if (attempt > 100) throw new Stuck(`the statement is not accepted: ${statement}`);
        try {
          await this.drive(engine.execute(statement), statement);
        } catch (error) {
          if (error instanceof Crashed || error instanceof Stuck) throw error;
          if (!String(error).includes('Simulated')) throw error;
        }
      }
    }
  }

  /** Statements that the catalog shows: every one makes a source, or an INSERT query. */
  private declared(engine: Engine): number {
    const { sources, queries } = engine.catalog();
    return sources.size + [...queries.values()].filter((query) => query.kind === 'INSERT').length;
  }

  /** Until every query has taken everything its sources hold. */
  private async catchUp(): Promise<void> {
    for (let attempt = 0; attempt < 2000; attempt++) {
      const engine = await this.engine();
      await this.drive(engine.whenIdle(), 'whenIdle');
      if ((await this.lag(engine)) === 0) return;
      await this.world.clock.advance(this.driver.between(1, 500));
    }
    throw new Stuck('the queries do not catch up');
  }

  private async lag(engine: Engine): Promise<number> {
    const { queries, sources } = engine.catalog();
    const topics = (await this.world.broker.admin.listTopics()).map((topic) => topic.name);
    let lag = 0;
    for (const query of queries.values()) {
      const group = `_confluent-ksql-${SERVICE}query_${query.id}`;
      const exchanges = topics.filter((topic) => topic.startsWith(`${group}-`) && !topic.endsWith('-changelog'));
      const inputs = query.sources.flatMap((source) => sources.get(source)?.topic ?? []);
      for (const topic of new Set([...inputs, ...exchanges])) lag += await this.world.lag(group, topic);
    }
    return lag;
  }

  private async drop(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const engine = await this.engine();
      const out = engine.catalog().sources.get('OUT');
      if (out === undefined) return;
      const queries = [...engine.catalog().queries.values()].filter((query) => query.sink === 'OUT' && query.kind === 'INSERT');
      const ends = queries.map((query) => `TERMINATE ${query.id}; `).join('');
      try {
        await this.drive(engine.execute(`${ends}DROP ${out.kind} OUT DELETE TOPIC;`), 'dropping');
      } catch (error) {
        if (error instanceof Crashed || error instanceof Stuck || !String(error).includes('Simulated')) throw error;
      }
    }
    throw new Stuck('the statement to drop is not accepted');
  }

  /** What is there of a dropped query once the server has come up again. */
  private async leftovers(): Promise<string | null> {
    await this.surviving(async () => {
      const engine = await this.engine();
      await this.drive(engine.whenIdle(), 'whenIdle after the drop');
    });
    const { broker } = this.world;
    const live = new Set((await this.engine()).catalog().queries.keys());
    const prefix = `_confluent-ksql-${SERVICE}query_`;
    const isLive = (name: string): boolean => [...live].some((id) => name.startsWith(`${prefix}${id}`));
    const topics = (await broker.admin.listTopics()).map((topic) => topic.name).filter((name) => name === 'OUT' || (name.startsWith(prefix) && !isLive(name)));
    const groups = (await broker.admin.listGroups()).filter((name) => name.startsWith(prefix) && !isLive(name));
    return topics.length + groups.length === 0 ? null : `left behind: ${[...topics, ...groups].join(', ')}`;
  }

  private async check(): Promise<string | null> {
    const { shape, options, world, phases } = this;
    const engine = await this.engine();
    const sink = await world.sink(shape);
    for (const row of sink) this.trace.add(`${row.partition} ${row.key} ${JSON.stringify(row.value)} ${row.ts}`);
    const wrong = checkSink(shape, sink, phases, options.partitions) ?? (await this.checkLate(engine, shape.expected(phases).late));
    if (wrong !== null) return wrong;
    const log = await checkProcessingLog(world, shape, phases, [...engine.catalog().queries.keys()]);
    if (log !== null || shape.pull === null) return log;
    const key = engine.catalog().sources.get(shape.pull)?.keyColumns[0]?.name ?? '';
    return checkPull(shape, await this.pull(engine, `SELECT * FROM ${shape.pull};`), sink, key);
  }

  /** Late updates are counted exactly, as far as nothing was done twice. */
  private async checkLate(engine: Engine, expected: number): Promise<string | null> {
    const { rates, restartsBetweenPhases } = this.options;
    const isDisturbed = restartsBetweenPhases || Object.entries(rates).some(([name, rate]) => name !== 'delay' && rate > 0);
    if (isDisturbed || this.shape.window === 'none') return null;
    const counted = (await this.drive(engine.queryStatuses(), 'the state of the queries')).reduce((total, { metrics }) => total + metrics.lateDropped, 0);
    this.trace.reached(`late updates counted: ${expected === 0 ? 'none' : 'some'}`);
    return counted === expected ? null : `${counted} late updates were counted, not ${expected}`;
  }

  /** A query whose last commit was applied only by the broker may still be on its way back. */
  private async pull(engine: Engine, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.drive(rowsOf(engine, sql), 'the pull query');
      } catch (error) {
        if (attempt > 100 || !String(error).includes('is not running')) throw error;
        await this.world.clock.advance(100);
      }
    }
  }
}

async function rowsOf(engine: Engine, sql: string): Promise<Readonly<Record<string, unknown>>[]> {
  const result = await engine.query(sql);
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const chunk of result.rows) for (const row of chunk) rows.push(rowObject(result.columns, row.values));
  await result.close();
  return rows;
}

/** Runs one seed. Never throws: a fault of the engine is a failure of the seed. */
export async function runSeed(seed: number, keepTrace = 0): Promise<SeedResult> {
  const run = new SeedRun(seed, keepTrace);
  let failure: string | null;
  try {
    failure = await run.run();
  } catch (error) {
    failure = `fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  return run.result(seed, failure);
}
