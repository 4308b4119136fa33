import type { OperatorCounts } from '../messages.js';
import type { Assembly } from './schedule.js';

/** Records that went through a query, by topic read and by stage. */
export interface WorkCounts {
  readonly byTopic: Readonly<Record<string, number>>;
  readonly operators: readonly OperatorCounts[];
}

export const NO_WORK: WorkCounts = { byTopic: {}, operators: [] };

/** What a session has counted, from its inputs and exchanges: they count by themselves. `written`: rows of its sink. */
export function workOf({ topology, tasks, exchanges }: Assembly, written: number): WorkCounts {
  const byTopic: Record<string, number> = {};
  const internal = new Set(exchanges.map((port) => port.exchange.topic));
  const operators = topology.stages.map(({ id, name, output }) => {
    let recordsIn = 0;
    for (const task of tasks.get(id) ?? []) {
      for (const input of task.inputs) recordsIn += input.records;
      for (const { topic, records } of task.topicInputs) if (!internal.has(topic)) byTopic[topic] = (byTopic[topic] ?? 0) + records;
    }
    const port = output.kind === 'exchange' ? exchanges.find(({ exchange }) => exchange.id === output.exchange.id) : undefined;
    return { operator: name, recordsIn, recordsOut: output.kind === 'sink' ? written : (port?.records ?? 0) };
  });
  return { byTopic, operators };
}

export function addWork(left: WorkCounts, right: WorkCounts): WorkCounts {
  const byTopic: Record<string, number> = { ...left.byTopic };
  for (const [topic, records] of Object.entries(right.byTopic)) byTopic[topic] = (byTopic[topic] ?? 0) + records;
  const operators = new Map(left.operators.map((each) => [each.operator, each]));
  for (const { operator, recordsIn, recordsOut } of right.operators) {
    const known = operators.get(operator);
    operators.set(operator, { operator, recordsIn: recordsIn + (known?.recordsIn ?? 0), recordsOut: recordsOut + (known?.recordsOut ?? 0) });
  }
  return { byTopic, operators: [...operators.values()] };
}
