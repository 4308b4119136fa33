import { maskSecrets, parseScript, splitStatements, substituteVariables, TextGrowth, type ParsedStatement, type Statement } from '../parser/index.js';
import type { AccessGuard } from './access.js';
import { blame } from './blame.js';
import { checkOverride, settableName, type OverrideLimits } from './config/overrides.js';
import type { Session } from './engine.js';
import { AskingCount, requireFewVariables } from './request-limits.js';

/** A statement with the overrides and variables in force where it stands. */
export interface RequestStatement extends ParsedStatement {
  readonly overrides: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  /** Who asks; null: nobody who has to be asked. */
  readonly guard: AccessGuard | null;
}

export interface RequestRules {
  readonly limits: OverrideLimits;
  readonly substitution: boolean;
  /** Admit the statements of SQL tests. */
  readonly tests: boolean;
}

/** Checks the property overrides that a request carries; gives them under canonical names. */
export function sessionOverrides(session: Session, limits: OverrideLimits): Map<string, string> {
  const overrides = new Map<string, string>();
  for (const [name, value] of Object.entries(session.properties ?? {})) {
    overrides.set(checkOverride(name, String(value), limits), String(value));
  }
  return overrides;
}

/** Statements whose text is not shown as it came: what they set may be a secret. */
const WITH_SECRETS: ReadonlySet<string> = new Set(['createConnector', 'set', 'alterSystem', 'define']);

// A text that does not parse cannot be told apart into statements: the error is about all of it.
function parseText(text: string, tests: boolean): readonly ParsedStatement[] {
  try {
    return parseScript(text, { tests });
  } catch (error) {
    blame(error, text);
    throw error;
  }
}

// Substitution works on the text of one statement; a DEFINE takes effect for those after it. Line breaks stay, so places do.
function substituted(text: string, initial: ReadonlyMap<string, string>, tests: boolean): string {
  if (!text.includes('${')) return text;
  const variables = new Map(initial);
  const growth = new TextGrowth();
  const asking = new AskingCount();
  return splitStatements(text)
    .map((piece) => {
      const result = substituteVariables(piece.text, variables, growth);
      if (/^\s*(define|undefine)\b/i.test(piece.text)) {
        for (const { statement } of parseText(result, tests)) {
          if (statement.kind === 'define') variables.set(statement.name, statement.value);
          if (statement.kind === 'undefine') variables.delete(statement.name);
          asking.add(statement, piece.span);
          requireFewVariables(variables.size, piece.span);
        }
      }
      return result;
    })
    .join('');
}

/** Parses a whole request before anything runs, and follows SET, UNSET, DEFINE and UNDEFINE through it. */
export function readRequest(text: string, session: Session, rules: RequestRules): RequestStatement[] {
  let variables: ReadonlyMap<string, string> = new Map(Object.entries(session.variables ?? {}));
  requireFewVariables(variables.size);
  let overrides: ReadonlyMap<string, string> = sessionOverrides(session, rules.limits);
  const parsed = parseText(rules.substitution ? substituted(text, variables, rules.tests) : text, rules.tests);
  const asking = new AskingCount();
  return parsed.map((each) => {
    const statement = treeOf(each);
    const { span } = each;
    asking.add(statement, span);
    const own = WITH_SECRETS.has(statement.kind) ? maskSecrets(each.text) : each.text;
    // Statements share what is in force until one of them changes it.
    if (statement.kind === 'set') overrides = new Map(overrides).set(checkOverride(statement.name, statement.value, rules.limits), statement.value);
    if (statement.kind === 'unset') overrides = without(overrides, settableName(statement.name, rules.limits));
    if (statement.kind === 'define') variables = new Map(variables).set(statement.name, statement.value);
    if (statement.kind === 'undefine') variables = without(variables, statement.name);
    requireFewVariables(variables.size, span);
    return { statement, text: own, span, overrides, variables, guard: session.guard ?? null };
  });
}

function without(values: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> {
  const left = new Map(values);
  left.delete(name);
  return left;
}

// Trees are built on demand; text that follows the grammar may still mean nothing, and then the error is this statement's.
function treeOf(parsed: ParsedStatement): Statement {
  try {
    return parsed.statement;
  } catch (error) {
    blame(error, parsed.text, parsed.span);
    throw error;
  }
}
