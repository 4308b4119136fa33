import type { PersistentPlan, TransientPlan } from '../plan/index.js';
import type { CompileEnvironment, GeneratedCode } from './compile/compiler.js';
import type { RuntimeDependencies } from './options.js';
import { evaluationOf } from './task/open-session.js';
import { noErrors, ProcessingLog } from './task/processing-log.js';
import { RecordContext } from './task/record-context.js';
import { StageBuilder } from './task/stage-builder.js';
import { Task } from './task/task.js';
import { TransactionOutput } from './task/transaction-output.js';
import { buildTopology, type Stage } from './topology.js';

/** A plan as the runtime would run it: stages, what they read and write, and the code that was generated for each. */
export interface ExplainedStage {
  readonly id: number;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Stateful operators, upstream first. */
  readonly operators: readonly string[];
  readonly stores: readonly string[];
  readonly code: readonly GeneratedCode[];
}

/** Compiles a plan without running it: nothing is read, opened or created. */
export function explainStages(plan: PersistentPlan | TransientPlan, dependencies: RuntimeDependencies): readonly ExplainedStage[] {
  return buildTopology(plan).stages.map((stage) => explainStage(stage, plan, dependencies));
}

function explainStage(stage: Stage, plan: PersistentPlan | TransientPlan, dependencies: RuntimeDependencies): ExplainedStage {
  const code: GeneratedCode[] = [];
  const operators: string[] = [];
  const stores: string[] = [];
  const nothing = (): void => undefined;
  new StageBuilder(stage, environmentOf(plan, dependencies, code)).build(new Task(stage, 0, new RecordContext()), {
    output: nothing,
    exchangeWriter: () => ({ put: nothing }),
    addTopicInput: nothing,
    addExchangeInput: nothing,
    addOperator: (operator, _emit, tables) => {
      operators.push(operator.name);
      stores.push(...tables.map((table) => table.store.name));
    },
  });
  const inputs = stage.inputs.map((input) => (input.kind === 'topic' ? `topic ${input.step.topic}` : `exchange ${input.exchange.topic}`));
  return { id: stage.id, name: stage.name, inputs, output: outputText(stage), operators, stores, code };
}

function outputText({ output }: Stage): string {
  if (output.kind === 'sink') return `topic ${output.step.topic}`;
  return output.kind === 'exchange' ? `exchange ${output.exchange.topic}` : output.kind;
}

function environmentOf(plan: PersistentPlan | TransientPlan, dependencies: RuntimeDependencies, code: GeneratedCode[]): CompileEnvironment {
  const { formats, schemas, parseTimestamp, env } = dependencies;
  return {
    evaluation: evaluationOf(dependencies),
    serde: { formats, schemas },
    parseTimestamp,
    throwOnInvalidTimestamp: false,
    failOnDeserializationError: false,
    log: new ProcessingLog(plan.queryId, null, new TransactionOutput(), env.clock, noErrors()),
    onCode: (generated) => code.push(generated),
  };
}
