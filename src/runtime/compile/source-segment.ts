import { InternalError, RecordError } from '../../errors/index.js';
import type { ColumnReader } from '../../serde/index.js';
import type { Emit } from '../operators/operator.js';
import type { RecordContext } from '../task/record-context.js';
import type { RecordProcessor } from '../task/slab-input.js';
import { SegmentBuilder, type CompileEnvironment } from './compiler.js';
import { emitChain } from './emit-chain.js';
import { extraCode } from './extra-columns.js';
import { compileKeyReader, compileValueReader, type RecordLayout } from './record-layout.js';
import { keyWidth, requiredColumns, type ColumnUse, type StatelessStep, type ValueNeed } from './required-columns.js';
import { arrayOf, type RowState } from './row-state.js';
import { columnTime, invalidTime, timeConverter } from './timestamp.js';

export interface SourceOptions {
  readonly layout: RecordLayout;
  readonly steps: readonly StatelessStep[];
  readonly need: ValueNeed;
  readonly needsKey: boolean;
}

export type SourceFactory = (context: RecordContext, down: Emit) => RecordProcessor;
type ProcessFactory = (context: RecordContext, down: Emit) => RecordProcessor['process'];

/**
 * One function from record bytes to the first stateful operator (or the sink): decodes only the columns that are used, checks the
 * whole record all the same, filters, projects, makes the key. Rejected rows cost no allocation.
 */
export function compileSource(environment: CompileEnvironment, options: SourceOptions): SourceFactory {
  const { layout } = options;
  const use = usedColumns(options);
  const source = new SourceCode(environment, options, use);
  const process = source.build();
  const timestampOf = layout.timestamp === null ? null : columnTime(environment, layout, layout.timestamp);
  return (context, down) => ({ process: process(context, down), timestampOf });
}

function usedColumns({ layout, steps, need, needsKey }: SourceOptions): ColumnUse {
  const use = requiredColumns(layout.schema, steps, need, needsKey);
  const { timestamp } = layout;
  if (timestamp !== null) use[timestamp.side].add(timestamp.index);
  return use;
}

class SourceCode {
  private readonly segment: SegmentBuilder;
  private readonly keyReader: ColumnReader | null;
  private readonly valueReader: ColumnReader;

  constructor(
    private readonly environment: CompileEnvironment,
    private readonly options: SourceOptions,
    private readonly use: ColumnUse,
  ) {
    const { layout } = options;
    this.segment = new SegmentBuilder(environment);
    this.keyReader = layout.keyColumns.length === 0 ? null : compileKeyReader(environment, layout, use.key);
    this.valueReader = compileValueReader(environment, layout, use.value);
  }

  build(): ProcessFactory {
    const { builder } = this.segment;
    builder.block('return (slab, index, buffer) =>', () => {
      builder.line(`const keyLength = ${this.keyReader === null ? '-1' : 'slab.keyLengths[index]'};`);
      builder.line('const valueLength = slab.valueLengths[index];');
      if (this.keyReader !== null) this.scan('key', this.keyReader, 'keyLength', 'slab.keyPositions[index]');
      // A table drops records without a key, but what cannot be read is reported first.
      const needsKey = this.options.layout.isTable ? 'if (keyLength < 0) return;' : '';
      builder.block('if (valueLength < 0)', () => {
        builder.line(needsKey);
        this.time('slab.timestamps[index]');
        this.finish(true);
        builder.line('return;');
      });
      this.scan('value', this.valueReader, 'valueLength', 'slab.valuePositions[index]');
      builder.line(needsKey);
      this.time(this.timeCode());
      this.finish(false);
    });
    return this.segment.build<ProcessFactory>([this.options.layout.name, ...this.options.steps.map((step) => step.name)], ['context', 'down']);
  }

  /** Checks one side and finds its columns; what cannot be read is logged and dropped. */
  private scan(side: 'key' | 'value', reader: ColumnReader, length: string, position: string): void {
    const { builder } = this.segment;
    const { log, failOnDeserializationError } = this.environment;
    const { name } = this.options.layout;
    const refuse = (error: unknown, context: RecordContext): void => {
      // Not the record's fault: a schema that is not here yet, or a broken connection.
      if (!(error instanceof RecordError)) throw error;
      log.deserializationError(name, side, error, context);
      if (failOnDeserializationError) throw error;
    };
    const scan = `${builder.constant(reader)}.scan(buffer, ${position}, ${length});`;
    builder.line(`${side === 'key' ? `if (${length} >= 0) ` : ''}try { ${scan} } catch (failed) { ${builder.constant(refuse)}(failed, context); return; }`);
  }

  /** Records with a negative or missing time are dropped. */
  private time(code: string): void {
    const { builder } = this.segment;
    const refuse = builder.constant(invalidTime(this.environment, this.options.layout));
    builder.line(`const timestamp = ${code};`);
    builder.line(`if (!(timestamp >= 0)) { ${refuse}(timestamp); return; }`);
  }

  private timeCode(): string {
    const { timestamp } = this.options.layout;
    if (timestamp === null) return 'slab.timestamps[index]';
    const { builder } = this.segment;
    const convert = builder.constant(timeConverter(this.environment, timestamp));
    return `${convert}(${this.column(timestamp.side, timestamp.index)})`;
  }

  private finish(isNullRow: boolean): void {
    const { builder } = this.segment;
    const end = emitChain(this.segment, this.options.steps, this.start(isNullRow));
    if (end === null) return;
    const row = end.isNullRow ? 'null' : end.row();
    builder.line(`down(${this.options.needsKey ? end.key() : 'null'}, ${row}, undefined, timestamp);`);
  }

  private start(isNullRow: boolean): RowState {
    const { builder } = this.segment;
    const { layout, need, steps } = this.options;
    const scope = { column: (side: 'key' | 'value', index: number) => this.column(side, index) };
    const width = keyWidth(layout.schema);
    const needed = steps.length === 0 && need !== null ? need : this.use.value;
    return {
      scope,
      isNullRow,
      key: () => (width === 0 ? 'null' : `(keyLength < 0 ? null : ${arrayOf(builder, scope, 'key', width, null)})`),
      row: () => (isNullRow ? 'null' : arrayOf(builder, scope, 'value', layout.schema.value.length, needed)),
      timestamp: 'timestamp',
    };
  }

  private column(side: 'key' | 'value', index: number): string {
    const { builder } = this.segment;
    const { layout } = this.options;
    if (side === 'key') {
      const getter = this.keyReader?.columns[index];
      if (getter === undefined) throw new InternalError(`${layout.name} has no key column ${index}`);
      return `keyLength < 0 ? null : ${builder.constant(getter)}()`;
    }
    const extra = layout.extras[index - layout.valueColumns.length];
    if (extra !== undefined) return extraCode(builder, extra);
    const getter = this.valueReader.columns[index];
    if (getter === undefined) throw new InternalError(`${layout.name} has no value column ${index}`);
    return `${builder.constant(getter)}()`;
  }
}
