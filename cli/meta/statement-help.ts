/** How each statement is written, by its first words. Optional parts are in brackets. */
export const STATEMENT_HELP: ReadonlyMap<string, string> = new Map([
  ['SELECT', 'SELECT items FROM source [JOIN source [WITHIN n UNIT [GRACE PERIOD n UNIT]] ON a = b]\n  [WINDOW TUMBLING (SIZE n UNIT) | HOPPING (SIZE n UNIT, ADVANCE BY n UNIT) | SESSION (n UNIT)]\n  [WHERE condition] [GROUP BY expressions] [HAVING condition]\n  [EMIT CHANGES | EMIT FINAL] [LIMIT n];\nWithout EMIT it answers once, from the last commit; with EMIT CHANGES it goes on until Ctrl-C.'],
  ['CREATE STREAM', "CREATE [OR REPLACE] [SOURCE] STREAM [IF NOT EXISTS] name (column TYPE [KEY | HEADERS | HEADER('key')], …)\n  WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON', [KEY_FORMAT='KAFKA',] [PARTITIONS=n,] [TIMESTAMP='column']);\nCREATE [OR REPLACE] STREAM name [WITH (…)] AS SELECT … EMIT CHANGES;"],
  ['CREATE TABLE', "CREATE [OR REPLACE] [SOURCE] TABLE [IF NOT EXISTS] name (column TYPE PRIMARY KEY, column TYPE, …)\n  WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON', [PARTITIONS=n]);\nCREATE [OR REPLACE] TABLE name [WITH (…)] AS SELECT … [GROUP BY …] EMIT CHANGES | EMIT FINAL;"],
  ['INSERT INTO', "INSERT INTO name [(columns)] VALUES (values);\nINSERT INTO name SELECT … FROM stream EMIT CHANGES;"],
  ['ALTER', 'ALTER STREAM|TABLE name ADD COLUMN name TYPE [, ADD COLUMN …];'],
  ['DROP', 'DROP STREAM|TABLE [IF EXISTS] name [DELETE TOPIC];\nDROP TYPE [IF EXISTS] name;\nDROP CONNECTOR [IF EXISTS] name;'],
  ['CREATE TYPE', 'CREATE TYPE [IF NOT EXISTS] name AS type;'],
  ['CREATE CONNECTOR', "CREATE SOURCE|SINK CONNECTOR [IF NOT EXISTS] name WITH ('connector.class'='…', …);"],
  ['SHOW', 'SHOW STREAMS|TABLES|TOPICS|QUERIES [EXTENDED];\nSHOW FUNCTIONS|TYPES|PROPERTIES|VARIABLES|CONNECTORS|CONNECTOR PLUGINS;'],
  ['DESCRIBE', 'DESCRIBE name [EXTENDED];\nDESCRIBE FUNCTION name;\nDESCRIBE STREAMS|TABLES [EXTENDED];\nDESCRIBE CONNECTOR name;'],
  ['EXPLAIN', 'EXPLAIN query-id;\nEXPLAIN SELECT …;'],
  ['PRINT', "PRINT topic [FROM BEGINNING] [INTERVAL n] [LIMIT n];"],
  ['TERMINATE', 'TERMINATE query-id | ALL;'],
  ['PAUSE', 'PAUSE query-id | ALL;'],
  ['RESUME', 'RESUME query-id | ALL;'],
  ['SET', "SET 'property' = 'value';\nUNSET 'property';"],
  ['DEFINE', "DEFINE name = 'value';   then ${name} in statements\nUNDEFINE name;"],
  ['ASSERT', "ASSERT [NOT EXISTS] TOPIC name [WITH (PARTITIONS=n)] [TIMEOUT n SECONDS];\nASSERT [NOT EXISTS] SCHEMA SUBJECT 's' [ID n] [TIMEOUT n SECONDS];"],
  ['RUN SCRIPT', "RUN SCRIPT 'file';"],
]);

/** The help for what was asked, or null. */
export function statementHelp(words: string): string | null {
  const asked = words.toUpperCase().replace(/;?\s*$/, '').replaceAll(/\s+/g, ' ');
  const found = [...STATEMENT_HELP].filter(([name]) => name.startsWith(asked) || asked.startsWith(name));
  return found.length === 0 ? null : found.map(([, text]) => text).join('\n');
}
