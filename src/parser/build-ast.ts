import type { CstNode } from 'chevrotain';
import { InternalError } from '../errors/index.js';
import type { Statement } from './ast.js';
import { buildQuery } from './build-queries.js';
import { buildAlter, buildCreate, buildDrop, buildInsert } from './build-sources.js';
import { buildAssertion, buildDescribe, buildExplainedQuery, buildPrint, buildQueryControl, buildShow } from './build-statements.js';
import { buildTestAssert } from './build-tests.js';
import * as cst from './cst.js';
import type { BuildContext } from './cst.js';

/** Turns the concrete tree of a statement into the syntax tree. Errors here are errors of meaning, not of grammar. */
export function buildStatement(context: BuildContext, node: CstNode): Statement {
  const part = cst.onlyChild(node);
  const span = cst.nodeSpan(context, part);
  switch (part.name) {
    case 'statement': return buildStatement(context, part);
    case 'query': return buildQuery(context, part);
    case 'create': return buildCreate(context, part);
    case 'insert': return buildInsert(context, part);
    case 'drop': return buildDrop(context, part);
    case 'alter': return buildAlter(context, part);
    case 'show': return buildShow(context, part);
    case 'describe': return buildDescribe(context, part);
    case 'explain': {
      const statement = cst.optionalChild(part, 'statement');
      if (statement === null) return buildExplainedQuery(context, part);
      return { kind: 'explain', queryId: null, statement: buildStatement(context, statement), span };
    }
    case 'print': return buildPrint(context, part);
    case 'queryControl': return buildQueryControl(context, part);
    case 'set':
      return { kind: 'set', name: cst.unquote(cst.token(part, 'setting').image), value: cst.unquote(cst.token(part, 'string').image), span };
    case 'unset': return { kind: 'unset', name: cst.unquote(cst.token(part, 'setting').image), span };
    // Names of variables keep their case.
    case 'define': return { kind: 'define', name: cst.rawName(context, cst.token(part, 'variableName')), value: cst.unquote(cst.token(part, 'string').image), span };
    case 'undefine': return { kind: 'undefine', name: cst.rawName(context, cst.token(part, 'variableName')), span };
    case 'assertion': return buildAssertion(context, part);
    case 'testAssert': return buildTestAssert(context, part);
    case 'runScript': return { kind: 'runScript', path: cst.unquote(cst.token(part, 'path').image), span };
    default: throw new InternalError(`No builder for rule ${part.name}`);
  }
}
