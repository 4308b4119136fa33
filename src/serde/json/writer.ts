import type { Column } from '../../types/index.js';
import { compileFunction } from '../compiled-function.js';
import type { RowWriter } from '../format.js';
import { compileValueWriter, nameBytes } from './write-value.js';
import { putBytes, putDouble, putString, putWhole } from './write-text.js';

/** Writes the single column without an object around it. A null is no bytes: it reads back as a null value, not as text. */
export function bareJsonWriter(column: Column): RowWriter {
  const write = compileValueWriter(column.type);
  return {
    write: (values, sink) => {
      const value = values[0] ?? null;
      if (value === null) return false;
      const start = sink.position;
      try {
        write(sink, value);
      } catch (error) {
        sink.position = start;
        throw error;
      }
      return true;
    },
  };
}

/** Straight-line code: constant bytes, value, constant bytes, value …; kinds are decided here, not per record. */
export function wrappedJsonWriter(columns: readonly Column[]): RowWriter {
  const constants: unknown[] = [putBytes, putWhole, putDouble, putString, Buffer.from('null'), Buffer.from(columns.length === 0 ? '{}' : '}')];
  const declarations: string[] = [];
  const lines: string[] = [];
  const bind = (value: unknown): string => {
    const name = `x${constants.length}`;
    declarations.push(`const ${name} = k[${constants.length}];`);
    constants.push(value);
    return name;
  };
  columns.forEach((column, index) => {
    lines.push(`putBytes(sink, ${bind(nameBytes(column.name, index))});`, `v = values[${index}];`);
    const { kind } = column.type;
    if (kind === 'STRING') lines.push("if (typeof v === 'string') putString(sink, v); else putBytes(sink, NULL);");
    else if (kind === 'DOUBLE') lines.push("if (typeof v === 'number') putDouble(sink, v); else putBytes(sink, NULL);");
    else if (kind === 'INTEGER' || kind === 'BIGINT' || kind === 'TIMESTAMP' || kind === 'DATE' || kind === 'TIME') {
      lines.push('if (v === null) putBytes(sink, NULL); else putWhole(sink, v);');
    } else lines.push(`${bind(compileValueWriter(column.type))}(sink, v);`);
  });
  const body = [
    'const putBytes = k[0], putWhole = k[1], putDouble = k[2], putString = k[3], NULL = k[4], END = k[5];',
    ...declarations,
    'return function write(values, sink) {',
    'const start = sink.position;',
    'let v = null;',
    'try {',
    ...lines,
    'putBytes(sink, END);',
    '} catch (error) { sink.position = start; throw error; }',
    'return true;',
    '};',
  ].join('\n');
  return { write: compileFunction<RowWriter['write']>(body, constants) };
}
