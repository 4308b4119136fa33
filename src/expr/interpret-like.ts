import { EvaluationError } from '../functions/index.js';

/** LIKE of the interpreter: every place of the pattern that the text read so far can have reached, step by step. */
export function matchesLike(text: string, pattern: string, escape: string | null): boolean {
  const steps = stepsOf(pattern, escape);
  let reached = closure(new Set([0]), steps);
  for (const character of Array.from(text)) {
    const next = new Set<number>();
    for (const place of reached) {
      const step = steps[place];
      if (step === undefined) continue;
      if (step.kind === 'run' && !BREAKS.has(character)) next.add(place);
      else if (step.kind === 'one' && !BREAKS.has(character)) next.add(place + 1);
      else if (step.kind === 'same' && step.character === character) next.add(place + 1);
    }
    reached = closure(next, steps);
  }
  return reached.has(steps.length);
}

const BREAKS: ReadonlySet<string> = new Set(['\n', '\r', '\u0085', '\u2028', '\u2029']);
type Step = { readonly kind: 'run' } | { readonly kind: 'one' } | { readonly kind: 'same'; readonly character: string };

function stepsOf(pattern: string, escape: string | null): readonly Step[] {
  const steps: Step[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === escape) {
      index++;
      const literal = characters[index];
      if (literal === undefined) throw new EvaluationError(`LIKE pattern must not end with escape character. Pattern: ${pattern}`);
      steps.push({ kind: 'same', character: literal });
    } else steps.push(character === '%' ? { kind: 'run' } : character === '_' ? { kind: 'one' } : { kind: 'same', character });
  }
  return steps;
}

/** `%` may also stand for nothing. */
function closure(places: ReadonlySet<number>, steps: readonly Step[]): Set<number> {
  const reached = new Set<number>();
  for (const start of places) {
    let place = start;
    reached.add(place);
    while (steps[place]?.kind === 'run') {
      place++;
      reached.add(place);
    }
  }
  return reached;
}
