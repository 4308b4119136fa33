import {
  Alternation, Alternative, NonTerminal, Option, Repetition, RepetitionMandatory, Terminal, tokenMatcher,
  type IProduction, type IToken, type Rule as GrammarRule, type TokenType,
} from 'chevrotain';
import { InternalError, present } from '../errors/index.js';

/**
 * The grammar as a network of states, walked in all possible ways at once. Slower than the parser, but it knows at every
 * place all tokens that could come next. Used for the messages of syntax errors and for completion; never on good text.
 */
export interface State {
  readonly rule: string;
  readonly steps: Step[];
  isEnd: boolean;
}
type Step =
  | { readonly kind: 'token'; readonly type: TokenType; readonly label: string; readonly to: State }
  | { readonly kind: 'call'; readonly rule: string; readonly to: State }
  | { readonly kind: 'free'; readonly to: State };

/** An open rule: where it goes on after the called rule, and at which token that one began. */
export interface Frame {
  readonly called: string;
  readonly start: number;
  readonly returnTo: State;
  readonly parent: Frame | null;
}
/** A place in the grammar that the tokens read so far can lead to. */
export interface Place {
  readonly state: State;
  readonly frame: Frame | null;
}
/** A token that may come next, and the place after it. */
export interface Choice {
  readonly type: TokenType;
  readonly label: string;
  readonly rule: string;
  readonly after: Place;
}

type Production = IProduction;

export class GrammarWalk {
  private readonly starts = new Map<string, State>();
  private readonly canFinish = new Map<State, boolean>();

  constructor(private readonly rules: Record<string, GrammarRule>) {}

  /** Reads tokens from the start of a rule for as long as any way through the grammar accepts them. */
  walk(rule: string, tokens: readonly IToken[]): { readonly accepted: number; readonly places: readonly Place[]; readonly before: readonly Place[] } {
    let places: Place[] = [{ state: this.startOf(rule), frame: null }];
    let before: readonly Place[] = [];
    for (let index = 0; index < tokens.length; index++) {
      const next = this.advance(places, present(tokens[index], 'token'), index);
      if (next.length === 0) return { accepted: index, places, before };
      before = places;
      places = next;
    }
    return { accepted: tokens.length, places, before };
  }

  advance(places: readonly Place[], token: IToken, index: number): Place[] {
    return this.choices(places, index)
      .filter((choice) => tokenMatcher(token, choice.type))
      .map((choice) => choice.after);
  }

  /** All tokens that may come next. */
  choices(places: readonly Place[], index: number): Choice[] {
    const found: Choice[] = [];
    const seen = new Map<State, Set<Frame | null>>();
    const frames = new Map<Frame | null, Map<State, Frame>>();
    const pending = [...places];
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      const known = seen.get(place.state) ?? new Set();
      if (known.has(place.frame)) continue;
      seen.set(place.state, known.add(place.frame));
      if (place.state.isEnd && place.frame !== null) pending.push({ state: place.frame.returnTo, frame: place.frame.parent });
      for (const step of place.state.steps) {
        if (step.kind === 'token') {
          found.push({ type: step.type, label: step.label, rule: place.state.rule, after: { state: step.to, frame: place.frame } });
        } else if (step.kind === 'free') pending.push({ state: step.to, frame: place.frame });
        else pending.push({ state: this.startOf(step.rule), frame: frameFor(frames, place.frame, step, index) });
      }
    }
    return found;
  }

  /** Whether the rule of this state may end here without another token. */
  reachesEnd(state: State): boolean {
    const known = this.canFinish.get(state);
    if (known !== undefined) return known;
    this.canFinish.set(state, false);
    const result = state.isEnd || state.steps.some((step) =>
      step.kind === 'free' ? this.reachesEnd(step.to) : step.kind === 'call' && this.reachesEnd(this.startOf(step.rule)) && this.reachesEnd(step.to));
    this.canFinish.set(state, result);
    return result;
  }

  /** The innermost open rule that cannot end here: the one a wrong token offends. */
  offended(place: Place): Place {
    let { state, frame } = place;
    while (frame !== null && this.reachesEnd(state)) {
      state = frame.returnTo;
      frame = frame.parent;
    }
    return { state, frame };
  }

  private startOf(name: string): State {
    const known = this.starts.get(name);
    if (known !== undefined) return known;
    const rule = present(this.rules[name], `rule ${name}`);
    const start: State = { rule: name, steps: [], isEnd: false };
    this.starts.set(name, start);
    sequence(rule.definition, start).isEnd = true;
    return start;
  }
}

function frameFor(frames: Map<Frame | null, Map<State, Frame>>, parent: Frame | null, step: { rule: string; to: State }, start: number): Frame {
  const siblings = frames.get(parent) ?? new Map<State, Frame>();
  frames.set(parent, siblings);
  const known = siblings.get(step.to);
  if (known !== undefined) return known;
  const frame: Frame = { called: step.rule, start, returnTo: step.to, parent };
  siblings.set(step.to, frame);
  return frame;
}

function newState(from: State): State {
  return { rule: from.rule, steps: [], isEnd: false };
}

function sequence(productions: readonly Production[], from: State): State {
  return productions.reduce(connect, from);
}

/** Adds a production after a state and gives the state behind it. */
function connect(from: State, production: Production): State {
  const to = newState(from);
  if (production instanceof Terminal) {
    from.steps.push({ kind: 'token', type: production.terminalType, label: production.label ?? '', to });
  } else if (production instanceof NonTerminal) {
    from.steps.push({ kind: 'call', rule: production.nonTerminalName, to });
  } else if (production instanceof Alternation) {
    for (const alternative of production.definition) connect(branch(from), alternative).steps.push({ kind: 'free', to });
  } else if (production instanceof Option || production instanceof Alternative) {
    sequence(production.definition, branch(from)).steps.push({ kind: 'free', to });
    if (production instanceof Option) from.steps.push({ kind: 'free', to });
  } else if (production instanceof Repetition) {
    from.steps.push({ kind: 'free', to });
    sequence(production.definition, branch(from)).steps.push({ kind: 'free', to: from });
  } else if (production instanceof RepetitionMandatory) {
    sequence(production.definition, branch(from)).steps.push({ kind: 'free', to });
    to.steps.push({ kind: 'free', to: from });
    return closed(to);
  } else {
    throw new InternalError(`Unknown production in rule ${from.rule}`);
  }
  return to;
}

function branch(from: State): State {
  const start = newState(from);
  from.steps.push({ kind: 'free', to: start });
  return start;
}

/** A state of its own behind a loop, so that later productions do not become part of the loop's start. */
function closed(loop: State): State {
  const to = newState(loop);
  loop.steps.push({ kind: 'free', to });
  return to;
}
