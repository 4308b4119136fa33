import type { Source } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import type { Column } from '../../types/index.js';
import { columnText, schemaText } from '../bind/schema-text.js';
import { sameFormat } from '../lower/key-format.js';

/** CREATE OR REPLACE may add value columns at the end and change nothing else of what readers rely on. */
export function checkReplaceable(existing: Source, next: Source): void {
  const refuse = (reason: string): never => {
    throw new PlanError(`Cannot upgrade data source \`${next.name}\` ${reason}`, { hint: 'Drop it and create it again.' });
  };
  if (existing.kind !== next.kind) {
    refuse(`(DataSource '\`${next.name}\`' has type = K${existing.kind} which is not upgradeable to K${next.kind})`);
  }
  if (existing.topic !== next.topic) refuse(`(DataSource '\`${next.name}\`' has topic = ${existing.topic} which is not upgradeable to ${next.topic})`);
  if (!sameFormat(existing.keyFormat, next.keyFormat) || !sameFormat(existing.valueFormat, next.valueFormat)) {
    refuse(
      `(DataSource '\`${next.name}\`' has formats = ${existing.keyFormat.name}, ${existing.valueFormat.name} which is not upgradeable to ` +
        `${next.keyFormat.name}, ${next.valueFormat.name})`,
    );
  }
  if (existing.timestamp?.column !== next.timestamp?.column || existing.timestamp?.format !== next.timestamp?.format) {
    refuse(`(DataSource '\`${next.name}\`' has timestampColumn = ${existing.timestamp?.column ?? 'null'} which is not upgradeable to ${next.timestamp?.column ?? 'null'})`);
  }
  if (JSON.stringify(existing.window) !== JSON.stringify(next.window)) refuse(`(DataSource '\`${next.name}\`' has other windows)`);
  const reason = schemaReason(existing, next);
  if (reason !== null) {
    const text = (source: Source): string => schemaText(source.keyColumns, source.valueColumns);
    refuse(`(DataSource '\`${next.name}\`' has schema = ${text(existing)} which is not upgradeable to ${text(next)}). (${reason})`);
  }
}

function schemaReason(existing: Source, next: Source): string | null {
  const keys = changedColumns(existing.keyColumns, next.keyColumns);
  if (keys.length > 0 || existing.keyColumns.length !== next.keyColumns.length) {
    const shown = keys.length > 0 ? keys : next.keyColumns.slice(existing.keyColumns.length);
    return `Key columns must be identical. The following key columns are changed, missing or reordered: [${shown.map((column) => columnText(column, true)).join(', ')}]`;
  }
  const values = changedColumns(existing.valueColumns, next.valueColumns);
  if (values.length === 0) return null;
  return `The following columns are changed, missing or reordered: [${values.map((column) => columnText(column, false)).join(', ')}]`;
}

function changedColumns(existing: readonly Column[], next: readonly Column[]): readonly Column[] {
  return existing.filter((column, index) => {
    const other = next[index];
    return other === undefined || columnText(other, false) !== columnText(column, false);
  });
}
