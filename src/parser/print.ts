import { assertNever } from '../errors/index.js';
import type {
  AssertSchema, ColumnDefinition, CreateAsSelect, CreateConnector, CreateSource, DescribeStatement, Explain, Expression, Identifier, Print, Property, Statement,
} from './ast.js';
import { formatIdentifier, formatString } from './format-identifier.js';
import { printExpression, printLiteral } from './print-expression.js';
import { printDuration, printQuery } from './print-query.js';
import { printType } from './print-type.js';

/** A statement as SQL with its `;`. Reading it back gives the same tree. */
export function printStatement(statement: Statement): string {
  return `${printBare(statement)};`;
}

function printBare(node: Statement): string {
  switch (node.kind) {
    case 'query': return printQuery(node);
    case 'createSource': return printCreateSource(node);
    case 'createAsSelect': return printCreateAsSelect(node);
    case 'insertSelect': return join('INSERT INTO', formatIdentifier(node.target), printWith(node.properties), printQuery(node.query));
    case 'insertValues': return join('INSERT INTO', formatIdentifier(node.target), printNames(node.columns), 'VALUES', printRow(node.values));
    case 'dropSource':
      return join('DROP', node.sourceKind, node.ifExists && 'IF EXISTS', formatIdentifier(node.name), node.deleteTopic && 'DELETE TOPIC');
    case 'alterSource':
      return join('ALTER', node.sourceKind, formatIdentifier(node.name), node.columns.map((column) => `ADD COLUMN ${formatIdentifier(column.name)} ${printType(column.type)}`).join(', '));
    case 'createType': return join('CREATE TYPE', node.ifNotExists && 'IF NOT EXISTS', formatIdentifier(node.name), 'AS', printType(node.type));
    case 'dropType': return join('DROP TYPE', node.ifExists && 'IF EXISTS', formatIdentifier(node.name));
    case 'createConnector': return printCreateConnector(node);
    case 'dropConnector': return join('DROP CONNECTOR', node.ifExists && 'IF EXISTS', formatIdentifier(node.name));
    case 'show': return join('SHOW', node.what, node.extended && 'EXTENDED');
    case 'describe': return printDescribe(node);
    case 'explain': return printExplain(node);
    case 'print': return printPrint(node);
    case 'queryControl': return join(node.action, node.queryId === null ? 'ALL' : formatIdentifier(node.queryId));
    case 'set': return `SET ${formatString(node.name)} = ${formatString(node.value)}`;
    case 'unset': return `UNSET ${formatString(node.name)}`;
    case 'alterSystem': return `ALTER SYSTEM ${formatString(node.name)} = ${formatString(node.value)}`;
    case 'define': return `DEFINE ${formatIdentifier(node.name)} = ${formatString(node.value)}`;
    case 'undefine': return `UNDEFINE ${formatIdentifier(node.name)}`;
    case 'assertTopic':
      return join('ASSERT', node.notExists && 'NOT EXISTS', 'TOPIC', formatIdentifier(node.topic), printWith(node.properties), printTimeout(node.timeout));
    case 'assertSchema': return printAssertSchema(node);
    case 'assertValues': return join('ASSERT VALUES', formatIdentifier(node.source), printNames(node.columns), 'VALUES', printRow(node.values));
    case 'assertNullValues': return join('ASSERT NULL VALUES', formatIdentifier(node.source), printNames(node.columns), 'KEY', printRow(node.key));
    case 'assertSource': return join('ASSERT', node.sourceKind, formatIdentifier(node.name), printColumns(node.columns), printWith(node.properties));
    case 'runScript': return `RUN SCRIPT ${formatString(node.path)}`;
    default: return assertNever(node);
  }
}

function join(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join(' ');
}

function printCreateSource(node: CreateSource): string {
  return join(
    'CREATE', node.orReplace && 'OR REPLACE', node.readOnly && 'SOURCE', node.sourceKind, node.ifNotExists && 'IF NOT EXISTS',
    formatIdentifier(node.name), printColumns(node.columns), printWith(node.properties),
  );
}

function printCreateAsSelect(node: CreateAsSelect): string {
  return join(
    'CREATE', node.orReplace && 'OR REPLACE', node.sourceKind, node.ifNotExists && 'IF NOT EXISTS', formatIdentifier(node.name),
    printWith(node.properties), 'AS', printQuery(node.query),
  );
}

function printColumns(columns: readonly ColumnDefinition[]): string {
  return columns.length === 0 ? '' : `(${columns.map(printColumn).join(', ')})`;
}

/** One column of a column list. */
export function printColumn(column: ColumnDefinition): string {
  const role = column.role === 'VALUE' ? '' : column.role === 'HEADER' ? `HEADER(${formatString(column.headerKey ?? '')})` : column.role;
  return join(formatIdentifier(column.name), printType(column.type), role);
}

function printWith(properties: readonly Property[]): string {
  if (properties.length === 0) return '';
  return `WITH (${properties.map((property) => `${formatIdentifier(property.name)}=${printLiteral(property.value)}`).join(', ')})`;
}

/** Names in quotes: their case counts. */
function printCreateConnector(node: CreateConnector): string {
  const properties = node.properties.map((property) => `${formatString(property.name)}=${printLiteral(property.value)}`).join(', ');
  return join('CREATE', node.connectorKind, 'CONNECTOR', node.ifNotExists && 'IF NOT EXISTS', formatIdentifier(node.name), `WITH (${properties})`);
}

function printNames(names: readonly Identifier[]): string {
  return names.length === 0 ? '' : `(${names.map((each) => formatIdentifier(each.name)).join(', ')})`;
}

function printRow(values: readonly Expression[]): string {
  return `(${values.map(printExpression).join(', ')})`;
}

function printDescribe(node: DescribeStatement): string {
  const extended = node.extended && 'EXTENDED';
  switch (node.what) {
    case 'STREAMS': return join('DESCRIBE STREAMS', extended);
    case 'TABLES': return join('DESCRIBE TABLES', extended);
    case 'FUNCTION': return join('DESCRIBE FUNCTION', formatIdentifier(node.name));
    case 'CONNECTOR': return join('DESCRIBE CONNECTOR', formatIdentifier(node.name));
    case 'SOURCE': return join('DESCRIBE', node.name === 'TABLES' || node.name === 'FUNCTION' ? `\`${node.name}\`` : formatIdentifier(node.name), extended);
    default: return assertNever(node.what);
  }
}

function printExplain(node: Explain): string {
  if (node.statement !== null) return `EXPLAIN ${printBare(node.statement)}`;
  return `EXPLAIN ${formatIdentifier(node.queryId ?? '')}`;
}

function printPrint(node: Print): string {
  return join(
    'PRINT', formatIdentifier(node.topic), node.fromBeginning && 'FROM BEGINNING', node.interval !== null && `INTERVAL ${node.interval}`,
    node.limit !== null && `LIMIT ${node.limit}`,
  );
}


function printAssertSchema(node: AssertSchema): string {
  return join(
    'ASSERT', node.notExists && 'NOT EXISTS', 'SCHEMA', node.subject !== null && `SUBJECT ${formatIdentifier(node.subject)}`,
    node.id !== null && `ID ${printLiteral(node.id)}`, printTimeout(node.timeout),
  );
}

function printTimeout(timeout: AssertSchema['timeout']): string {
  return timeout === null ? '' : `TIMEOUT ${printDuration(timeout)}`;
}
