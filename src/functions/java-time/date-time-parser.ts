import { DAY_MS } from '../../types/index.js';
import { EvaluationError } from '../evaluation-error.js';
import { parsePattern } from './pattern.js';
import { completedDay, completedTime, resolveFields, type ResolvedFields } from './resolve.js';
import { scanText } from './scan.js';
import type { TextLocale } from './texts.js';
import { zoneOf, type Zone } from './zone.js';

/** Reads texts by a Java pattern, letters in any case. Fails with EvaluationError. */
export function compileFieldParser(pattern: string, locale: TextLocale = 'en'): (text: string) => ResolvedFields {
  const elements = parsePattern(pattern);
  return (text) => {
    const scanned = scanText(elements, text, locale);
    if (scanned === null) throw new EvaluationError(`Text '${text}' could not be parsed by the pattern '${pattern}'.`);
    return resolveFields(scanned);
  };
}

const LONG_LIMIT = 2 ** 63;

/**
 * Milliseconds since 1970. Names are those of the root locale. Missing fields are those of 1970-01-01T00:00; a zone in the text wins over the given one.
 */
export function compileTimestampParser(pattern: string): (text: string, zone: Zone) => number {
  const parse = compileFieldParser(pattern, 'root');
  return (text, zone) => {
    const resolved = parse(text);
    const day = resolved.day ?? completedDay(resolved.rest);
    const nanos = resolved.nanoOfDay ?? completedTime(resolved.rest);
    const localMs = day * DAY_MS + Math.floor(nanos / 1e6);
    const offset = resolved.offsetSeconds ?? (resolved.zone ?? zone).offsetAtLocal(localMs);
    const result = localMs - offset * 1000;
    if (Math.abs(result) >= LONG_LIMIT) throw new EvaluationError(`The timestamp '${text}' is out of range.`);
    return result;
  };
}

/** One compiled pattern per pattern and zone, for callers that get both as texts with every value. */
export class TimestampParsers {
  readonly #known = new Map<string, ((text: string) => number) | null>();

  /** Null when the text does not parse, or the pattern or zone is wrong. */
  parse(text: string, pattern: string, zoneId: string): number | null {
    const name = `${zoneId}\n${pattern}`;
    let parser = this.#known.get(name);
    if (parser === undefined) {
      parser = tryOrNull(() => {
        const zone = zoneOf(zoneId);
        const compiled = compileTimestampParser(pattern);
        return (value: string) => compiled(value, zone);
      });
      // Patterns come from statements, so there are few; the limit is for the worst case.
      if (this.#known.size >= 1000) this.#known.clear();
      this.#known.set(name, parser);
    }
    const compiled = parser;
    return compiled === null ? null : tryOrNull(() => compiled(text));
  }
}

function tryOrNull<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}

const parsers = new TimestampParsers();

/** The time of a text by a TIMESTAMP_FORMAT; null when the text does not follow it. A pure function: the pattern is compiled once. */
export function parseJavaTimestamp(text: string, pattern: string, zoneId: string): number | null {
  return parsers.parse(text, pattern, zoneId);
}
