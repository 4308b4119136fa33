import type { Entity } from '../../api/index.js';
import { BindError, assertNever, didYouMean } from '../../errors/index.js';
import { describeFunction } from '../../functions/index.js';
import type { DescribeStatement } from '../../parser/index.js';
import type { RequestStatement } from '../request.js';
import { describeConnector } from './connectors.js';
import type { StatementServices } from './services.js';
import { describeSource } from './source-description.js';

async function oneSource(statement: DescribeStatement, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const source = services.catalog().sources.get(statement.name);
  if (source === undefined) {
    throw new BindError(`Could not find STREAM/TABLE '${statement.name}' in the Metastore`, {
      span: statement.span,
      hint: didYouMean(statement.name, [...services.catalog().sources.keys()]) ?? 'SHOW STREAMS and SHOW TABLES list the sources.',
    });
  }
  return {
    '@type': 'sourceDescription',
    statementText: from.text,
    warnings: [],
    sourceDescription: await describeSource(source, statement.extended, services),
  };
}

async function allSources(kind: 'STREAM' | 'TABLE', statement: DescribeStatement, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const sourceDescriptions = [];
  for (const source of services.catalog().sources.values()) {
    if (source.kind === kind) sourceDescriptions.push(await describeSource(source, statement.extended, services));
  }
  return { '@type': 'source_descriptions', statementText: from.text, warnings: [], sourceDescriptions };
}

function oneFunction(statement: DescribeStatement, from: RequestStatement, services: StatementServices): Entity {
  const entry = services.functions.find(statement.name.toUpperCase());
  if (entry === null) {
    throw new BindError(`Can't find any functions with the name '${statement.name}'`, {
      span: statement.span,
      hint: didYouMean(statement.name, services.functions.list().map((each) => each.name)) ?? 'SHOW FUNCTIONS lists all functions.',
    });
  }
  const { name, description, author, type, variants } = describeFunction(entry);
  const functions = variants.map((variant) => ({ arguments: variant.arguments, returnType: variant.returnType, description: '' }));
  return { '@type': 'describe_function', statementText: from.text, warnings: [], name, description, author, version: '', path: 'internal', functions, type };
}

/** DESCRIBE of sources, functions and connectors. */
export async function describe(statement: DescribeStatement, from: RequestStatement, services: StatementServices): Promise<Entity> {
  switch (statement.what) {
    case 'SOURCE':
      return oneSource(statement, from, services);
    case 'STREAMS':
      return allSources('STREAM', statement, from, services);
    case 'TABLES':
      return allSources('TABLE', statement, from, services);
    case 'FUNCTION':
      return oneFunction(statement, from, services);
    case 'CONNECTOR':
      return describeConnector(statement, from, services);
    default:
      return assertNever(statement.what);
  }
}
