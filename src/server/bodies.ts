import { indexesField, textField, textsField, valuesField, variablesOf, wholeNumberField } from './body-fields.js';

/** `/ksql`, `/query`, `/query-stream`, `/ws/query`, in ksqlDB's two spellings. */
export const SQL_BODY = {
  ksql: textField('ksql', 'Statements, each ended by a semicolon; for /query one SELECT or PRINT'),
  sql: textField('sql', 'The same, as /query-stream spells it'),
  streamsProperties: valuesField('streamsProperties', 'Settings for these statements, as SET before them'),
  properties: valuesField('properties', 'The same, as /query-stream spells it'),
  sessionVariables: variablesOf('sessionVariables', 'Values of ${variables}'),
  requestProperties: valuesField('requestProperties', 'How to answer'),
  commandSequenceNumber: wholeNumberField('commandSequenceNumber', 'Answer once this command has been applied'),
};

export const CLOSE_QUERY_BODY = { queryId: textField('queryId', 'A push query of this server') };

/** Between servers: `/cluster/pull`. */
export const PEER_PULL_BODY = {
  sql: SQL_BODY.sql,
  properties: SQL_BODY.properties,
  variables: variablesOf('variables', 'Values of ${variables}'),
  queryId: textField('queryId', 'The query that keeps the table'),
  partitions: indexesField('partitions', 'The tasks of it that are asked'),
};

export const TERMINATE_BODY = { deleteTopicList: textsField('deleteTopicList', 'Names or patterns of sink topics to delete') };

/** The first line of `/inserts-stream`. */
export const INSERTS_HEAD = { target: textField('target', 'A stream or table; quoted names keep their case') };

export const SCHEMA_BODY = {
  schema: textField('schema', 'The text of the schema'),
  schemaType: textField('schemaType', 'AVRO (default), PROTOBUF or JSON'),
};
export const COMPATIBILITY_BODY = { compatibility: textField('compatibility', 'NONE, BACKWARD, FORWARD, FULL, or one of these with _TRANSITIVE') };
export const MODE_BODY = { mode: textField('mode', 'READWRITE, READONLY, READONLY_OVERRIDE or IMPORT') };
