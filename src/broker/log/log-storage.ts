import type { PartitionHead, PartitionLog } from './partition-log.js';

/** The facts beside batches, each stored under its own key so that a commit rewrites only what it changed. */
export type LogFact =
  | {
      readonly kind: 'topic';
      readonly number: number;
      readonly name: string;
      readonly id: string;
      readonly partitions: number;
      readonly replicas: number;
      readonly configs: readonly (readonly [string, string])[];
    }
  | ({ readonly kind: 'partition'; readonly topicNumber: number; readonly partition: number } & PartitionHead)
  | { readonly kind: 'offset'; readonly group: string; readonly topic: string; readonly partition: number; readonly offset: number; readonly metadata: string }
  | { readonly kind: 'epoch'; readonly transactionalId: string; readonly epoch: number }
  /** A deleted topic whose batches are still to be removed. */
  | { readonly kind: 'doomed'; readonly topicNumber: number; readonly partitions: number }
  | { readonly kind: 'cluster'; readonly id: string; readonly nextTopicNumber: number };

export type LogOperation =
  /** `replaces`: a batch with this base offset may be stored already (compaction); appended ones are new. */
  | { readonly kind: 'putBatch'; readonly log: PartitionLog; readonly base: number; readonly framed: Buffer; readonly replaces: boolean }
  | { readonly kind: 'dropBatch'; readonly log: PartitionLog; readonly base: number }
  | { readonly kind: 'putFact'; readonly fact: LogFact }
  | { readonly kind: 'dropFact'; readonly fact: LogFact };

/** Where a log broker keeps its batches and facts. Memory and Level; everything else is shared. */
export interface LogStorage {
  readonly kind: 'memory' | 'embedded';
  /** The facts found when opened, in any order. */
  load(): Promise<readonly LogFact[]>;
  /** Atomic and durable when it resolves. May not keep the buffers. After a failure nobody knows whether it was written: `recover` comes next. */
  write(operations: readonly LogOperation[]): Promise<void>;
  /** After a failed write: makes writing possible again and tells whether the failed write is there after all. Rejects while it cannot. */
  recover(): Promise<boolean>;
  /** The framed batch with exactly this base offset. */
  read(log: PartitionLog, base: number): Buffer | null;
  /** The base offset of the last batch that begins at or below the offset. */
  locate(log: PartitionLog, offset: number): Promise<number | null>;
  /** Removes a bounded number of batches of a deleted topic; true when none is left. */
  purge(topicNumber: number): Promise<boolean>;
  /** Gives back a bounded part of the room that removed batches still take; true when there is no more to do. */
  reclaim(): Promise<boolean>;
  close(): Promise<void>;
}

/** Identifies a fact: a later fact with the same key replaces it. */
export function factKey(fact: LogFact): string {
  switch (fact.kind) {
    case 'topic':
      return `t${fact.number}`;
    case 'partition':
      return `p${fact.topicNumber}/${fact.partition}`;
    case 'offset':
      return `o${JSON.stringify([fact.group, fact.topic, fact.partition])}`;
    case 'epoch':
      return `e${fact.transactionalId}`;
    case 'doomed':
      return `d${fact.topicNumber}`;
    case 'cluster':
      return 'c';
  }
}
