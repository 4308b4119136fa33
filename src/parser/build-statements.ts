import type { CstNode } from 'chevrotain';
import type { AssertSchema, AssertTopic, DescribeStatement, Duration, Explain, Print, QueryControl, ShowStatement } from './ast.js';
import { buildProperties } from './build-columns.js';
import { buildDuration, buildLiteral, buildWhole } from './build-literals.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';
import { QuotedIdentifier } from './tokens.js';

/** `show`. */
export function buildShow(context: BuildContext, node: CstNode): ShowStatement {
  const span = cst.nodeSpan(context, node);
  const connectors = cst.optionalChild(node, 'showConnectors');
  if (connectors !== null) return { kind: 'show', what: connectorListOf(connectors), extended: false, span };
  const list = cst.optionalChild(node, 'showExtended') ?? node;
  const word = cst.token(list, 'what').image.toUpperCase();
  return { kind: 'show', what: listOf(word, cst.has(list, 'all')), extended: cst.has(list, 'extended'), span };
}

function listOf(word: string, isAll: boolean): ShowStatement['what'] {
  if (word === 'TOPICS') return isAll ? 'ALL TOPICS' : 'TOPICS';
  for (const what of ['PROPERTIES', 'STREAMS', 'TABLES', 'FUNCTIONS', 'TYPES', 'VARIABLES', 'QUERIES'] as const) if (what === word) return what;
  throw new RangeError(word);
}

function connectorListOf(node: CstNode): ShowStatement['what'] {
  if (cst.has(node, 'plugins')) return 'CONNECTOR PLUGINS';
  const side = cst.optionalToken(node, 'side')?.image.toUpperCase();
  if (side === undefined) return 'CONNECTORS';
  return side === 'SINK' ? 'SINK CONNECTORS' : 'SOURCE CONNECTORS';
}

/** `describe`. The bare word TABLES means all of them; in quotes it is a name. */
export function buildDescribe(context: BuildContext, node: CstNode): DescribeStatement {
  const span = cst.nodeSpan(context, node);
  const extended = cst.has(node, 'extended');
  if (cst.has(node, 'streams')) return { kind: 'describe', what: 'STREAMS', name: '', extended, span };
  const connector = cst.optionalToken(node, 'connector');
  if (connector !== null) return { kind: 'describe', what: 'CONNECTOR', name: cst.nameOf(context, connector), extended, span };
  const named = cst.optionalToken(node, 'function');
  if (named !== null) return { kind: 'describe', what: 'FUNCTION', name: cst.nameOf(context, named), extended, span };
  const source = cst.token(node, 'source');
  const name = cst.nameOf(context, source);
  const isAllTables = name === 'TABLES' && source.tokenType !== QuotedIdentifier;
  return { kind: 'describe', what: isAllTables ? 'TABLES' : 'SOURCE', name: isAllTables ? '' : name, extended, span };
}

export function buildExplainedQuery(context: BuildContext, node: CstNode): Explain {
  return { kind: 'explain', queryId: cst.nameOf(context, cst.token(node, 'query')), statement: null, span: cst.nodeSpan(context, node) };
}

/** `print`. */
export function buildPrint(context: BuildContext, node: CstNode): Print {
  const interval = cst.optionalChild(node, 'interval');
  const limit = cst.optionalChild(node, 'limit');
  return {
    kind: 'print',
    topic: buildResource(context, cst.child(node, 'topic')),
    fromBeginning: cst.has(node, 'beginning'),
    interval: interval === null ? null : buildWhole(context, interval, 'INTERVAL'),
    limit: limit === null ? null : buildWhole(context, limit, 'LIMIT'),
    span: cst.nodeSpan(context, node),
  };
}

function buildResource(context: BuildContext, node: CstNode): string {
  return cst.rawName(context, cst.token(node, 'topic'));
}

/** `queryControl`. */
export function buildQueryControl(context: BuildContext, node: CstNode): QueryControl {
  const word = cst.token(node, 'action').image.toUpperCase();
  const action = word === 'PAUSE' || word === 'RESUME' || word === 'RESET' ? word : 'TERMINATE';
  const query = cst.optionalToken(node, 'query');
  return { kind: 'queryControl', action, queryId: query === null ? null : cst.nameOf(context, query), span: cst.nodeSpan(context, node) };
}

/** `assertion`. */
export function buildAssertion(context: BuildContext, node: CstNode): AssertTopic | AssertSchema {
  const span = cst.nodeSpan(context, node);
  const notExists = cst.has(node, 'notExists');
  const topic = cst.optionalChild(node, 'assertTopic');
  if (topic !== null) {
    return {
      kind: 'assertTopic',
      notExists,
      topic: buildResource(context, cst.child(topic, 'topic')),
      properties: buildProperties(context, cst.optionalChild(topic, 'withClause')),
      timeout: buildTimeout(context, topic),
      span,
    };
  }
  const schema = cst.child(node, 'assertSchema');
  const subject = cst.optionalChild(schema, 'subject');
  const id = cst.optionalChild(schema, 'literal');
  return {
    kind: 'assertSchema',
    notExists,
    subject: subject === null ? null : buildResource(context, subject),
    id: id === null ? null : buildLiteral(context, id),
    timeout: buildTimeout(context, schema),
    span,
  };
}

function buildTimeout(context: BuildContext, node: CstNode): Duration | null {
  const timeout = cst.optionalChild(node, 'timeout');
  return timeout === null ? null : buildDuration(context, cst.child(timeout, 'duration'), 'TIMEOUT');
}
