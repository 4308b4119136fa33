import { EvaluationError } from '../../evaluation-error.js';
import { isArray, isObject, type JsonValue } from './json-value.js';

const STEP = /\.([\p{L}\p{Nd}_:@]+)|\[(?:([\p{L}\p{Nd}_]+)|"((?:[^"\\]|\\["\\])*)")\]/uy;

/** Compiles a path such as `$.orders[0]["unit price"]`. Undefined: the document has nothing there. */
export function compileJsonPath(path: string): (document: JsonValue | undefined) => JsonValue | undefined {
  const steps = stepsOf(path);
  return (document) => {
    let value: JsonValue | undefined = document;
    for (const step of steps) {
      if (value === undefined || value === null) return undefined;
      value = isArray(value) ? elementAt(value, step) : isObject(value) ? value.get(step) : undefined;
    }
    return value;
  };
}

function elementAt(items: readonly JsonValue[], step: string): JsonValue | undefined {
  return /^[+-]?\d{1,9}$/.test(step) ? items[Number(step)] : undefined;
}

function stepsOf(path: string): readonly string[] {
  if (!path.startsWith('$')) throw new EvaluationError(`Invalid JSON path: '${path}'. It must begin with $.`);
  const steps: string[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (found === null) throw new EvaluationError(`Invalid JSON path: '${path}' at character ${at + 1}.`);
    const [, name, index, quoted] = found;
    steps.push(name ?? index ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'));
    at = STEP.lastIndex;
  }
  return steps;
}
