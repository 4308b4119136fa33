import { CodeBuilder, type EvaluationEnvironment } from '../../expr/index.js';
import type { Step } from '../../plan/index.js';
import { messageOf, type ProcessingLog } from '../task/processing-log.js';
import type { SerdeContext } from '../task/record-encoder.js';
import type { SegmentContext } from './row-state.js';

/** What compilation needs from outside, once per query. */
export interface CompileEnvironment {
  readonly evaluation: EvaluationEnvironment;
  readonly serde: SerdeContext;
  /** Text of a STRING timestamp column by a Java pattern; null: does not parse. */
  readonly parseTimestamp: (text: string, pattern: string) => number | null;
  readonly throwOnInvalidTimestamp: boolean;
  readonly failOnDeserializationError: boolean;
  readonly log: ProcessingLog;
  /** The select step whose rows go straight into a sink of texts: its decimals may keep their own scales. */
  readonly textStep?: Step;
  /** Sees the source of every segment, for EXPLAIN. */
  readonly onCode?: (generated: GeneratedCode) => void;
}

/** A generated function: which steps it stands for, and its source. */
export interface GeneratedCode {
  readonly steps: readonly string[];
  readonly source: string;
}

/** `report(place, error)`: where in the segment, and what happened (null: nothing was thrown, the place says it all). */
export type Report = (place: number, error: unknown) => void;

interface Place {
  readonly step: string;
  readonly text: string | null;
}

/** One generated function under construction, with the places in it that may fail. */
export class SegmentBuilder implements SegmentContext {
  readonly builder: CodeBuilder;
  readonly report: string;
  private readonly places: Place[] = [];

  constructor(private readonly environment: CompileEnvironment) {
    this.builder = new CodeBuilder(environment.evaluation);
    this.report = this.builder.constant(reporter(environment.log, this.places));
  }

  /** Ends the function and makes it. `steps` are what it stands for. */
  build<F extends (...values: never[]) => unknown>(steps: readonly string[], parameters: readonly string[]): F {
    this.environment.onCode?.({ steps, source: this.builder.source(parameters) });
    return this.builder.build<F>(parameters);
  }

  get textStep(): Step | null {
    return this.environment.textStep ?? null;
  }

  place(step: string, text: string | null): number {
    this.places.push({ step, text });
    return this.places.length - 1;
  }
}

/** Logs failures of expressions, naming the expression as ksqlDB does. */
export function reporter(log: ProcessingLog, places: readonly Place[]): Report {
  return (place, error) => {
    const { step, text } = places[place] ?? { step: '', text: null };
    const message = error === null ? (text ?? '') : `Error computing expression ${text ?? ''}: ${messageOf(error)}`;
    log.rowError(step, message, error, null);
  };
}
