import { assert, present } from '../../errors/index.js';
import type { ForeignKeyJoin } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row, SqlValue } from '../../types/index.js';
import { DemandGate } from './demand-gate.js';
import { INSTRUCTION, SUBSCRIPTION_HEAD } from './foreign-key-messages.js';
import { forwardedRow } from './join-rows.js';
import type { Observed, Operator, OperatorContext, ScanDemand } from './operator.js';
import type { ForeignKeyPieces } from './pieces.js';

/**
 * Second part of a foreign-key join, at the right table. Input 0: subscriptions; input 1: changes of the right table.
 *
 * | in | out |
 * |---|---|
 * | subscription | by its instruction: remember, answer with the right row or null, ts = max(left, right row) |
 * | unsubscription | by its instruction: forget; answer null, ts = left |
 * | subscription without a foreign key | answer null |
 * | right insert, update, delete | an answer with the new row (or null) for every subscriber, ascending left key bytes, ts of the change |
 * | null right key | dropped |
 * | late | there is no lateness |
 */
export class ForeignKeyRespond implements Operator {
  readonly name: string;
  private readonly noRight: readonly SqlValue[];
  private readonly gate = new DemandGate((input, key, row, _old, timestamp) => this.apply(input, key, row, timestamp));
  private context: OperatorContext | null = null;
  private right: Table | null = null;
  private subscriptions: Table | null = null;

  constructor(private readonly step: ForeignKeyJoin, private readonly pieces: ForeignKeyPieces) {
    this.name = `${step.name}-Respond`;
    this.noRight = step.right.schema.value.map(() => null);
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.right = context.table(this.pieces.right.store);
    this.subscriptions = context.table(this.step.subscriptionStore.name);
  }
  process(input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    if (this.gate.isOpen) this.gate.hold(input, key, row, old, timestamp);
    else this.apply(input, key, row, timestamp);
  }
  demand(): ScanDemand | null {
    return this.gate.demand();
  }
  observed(): Observed {
    return {};
  }
  restoreObserved(): void {}
  close(): void {
    assert(!this.gate.isOpen, 'an operator is closed between records');
  }

  private apply(input: number, key: Key | null, row: Row | null, timestamp: number): void {
    if (input === 0) {
      if (row !== null) this.subscription(key, row, timestamp);
    } else if (key !== null) {
      this.rightChange(key, row, timestamp);
    }
  }

  private subscription(foreignKey: Key | null, message: Row, timestamp: number): void {
    const [hash = null, instruction, partition = null] = message;
    const leftKey = message.slice(SUBSCRIPTION_HEAD);
    const isRemembered = instruction === INSTRUCTION.subscribe || instruction === INSTRUCTION.subscribeAndAnswer;
    if (foreignKey !== null) {
      const row = isRemembered ? [hash, partition] : null;
      present(this.subscriptions, 'subscriptions').put([...foreignKey, ...leftKey], row, timestamp, false);
    }
    if (instruction === INSTRUCTION.unsubscribe) return;
    // Who leaves gets no right row, so the right row's time has no part in the answer.
    if (!isRemembered) {
      this.answer(leftKey, [partition, hash, false, foreignKey?.[0] ?? null, ...this.noRight], timestamp);
      return;
    }
    const right = foreignKey === null ? null : forwardedRow(present(this.right, 'right table'), this.pieces.right, foreignKey);
    if (instruction === INSTRUCTION.subscribe && right === null) return;
    const time = right === null ? timestamp : Math.max(timestamp, right.timestamp);
    this.answer(leftKey, [partition, hash, right !== null, foreignKey?.[0] ?? null, ...(right?.row ?? this.noRight)], time);
  }

  private rightChange(key: Key, row: Row | null, timestamp: number): void {
    if (this.pieces.right.owned) present(this.right, 'right table').put(key, row, timestamp, false);
    this.gate.request({
      table: present(this.subscriptions, 'subscriptions'),
      range: { by: 'keyPrefix', prefix: key },
      feed: (subscription, [hash = null, partition = null]) => {
        this.answer(subscription.slice(key.length), [partition, hash, row !== null, key[0] ?? null, ...(row ?? this.noRight)], timestamp);
        return true;
      },
    });
  }

  private answer(leftKey: Key, response: Row, timestamp: number): void {
    this.context?.emit(leftKey, response, undefined, timestamp);
  }
}
