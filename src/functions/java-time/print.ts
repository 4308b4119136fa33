import { assertNever } from '../../errors/index.js';
import { DAY_MS } from '../../types/index.js';
import { EvaluationError } from '../evaluation-error.js';
import type { Element, NumberElement } from './element.js';
import { fieldOf, type Field, type TimePoint } from './field.js';
import { localizedOffsetText, offsetText } from './offset.js';
import { parsePattern } from './pattern.js';
import { dayPeriodText, textsOf } from './texts.js';
import { zoneName } from './zone-names.js';
import type { Zone } from './zone.js';

/** Prints a point by a pattern; fails where the pattern asks for a part that the point does not have. */
export type DateTimePrinter = (point: TimePoint) => string;

export function compilePrinter(pattern: string): DateTimePrinter {
  const pieces = parsePattern(pattern).map(pieceOf);
  return (point) => {
    let text = '';
    for (const piece of pieces) text += piece(point, false) ?? '';
    return text;
  };
}

/** Null: the point lacks the part, which leaves out the optional section around it. */
type Piece = (point: TimePoint, isOptional: boolean) => string | null;

function pieceOf(element: Element): Piece {
  switch (element.kind) {
    case 'literal':
      return () => element.text;
    case 'number': {
      const write = numberWriter(element);
      return withField(element.field, write);
    }
    case 'text': {
      const texts = textsOf(element.field, element.style, 'en');
      return withField(element.field, (value) => texts?.texts[value - texts.from] ?? `${value}`);
    }
    case 'offset':
      return withField('OffsetSeconds', (seconds) => offsetText(seconds, element.type, element.zero));
    case 'localizedOffset':
      return withField('OffsetSeconds', (seconds) => localizedOffsetText(seconds, element.style));
    case 'zoneId':
      return withZone((zone) => zone.id);
    case 'zoneName':
      return withZone((zone, point) => zoneName(zone, instantOf(point), element.style, element.isGeneric));
    case 'dayPeriod':
      return withField('MilliOfDay', (milli) => dayPeriodText(Math.floor(milli / 60_000), element.style));
    case 'optional': {
      const pieces = element.elements.map(pieceOf);
      return (point) => {
        const texts = pieces.map((piece) => piece(point, true));
        return texts.includes(null) ? '' : texts.join('');
      };
    }
    case 'padded': {
      const inner = pieceOf(element.element);
      return (point, isOptional) => {
        const text = inner(point, isOptional);
        if (text === null) return null;
        if (text.length > element.width) throw new EvaluationError(`Cannot print as output of ${text.length} characters exceeds pad width of ${element.width}`);
        return text.padStart(element.width);
      };
    }
    default:
      return assertNever(element);
  }
}

function withField(field: Field, write: (value: number) => string): Piece {
  return (point, isOptional) => {
    const value = fieldOf(field, point);
    if (value !== null) return write(value);
    if (isOptional) return null;
    throw new EvaluationError(`Unsupported field: ${field}`);
  };
}

function withZone(write: (zone: Zone, point: TimePoint) => string): Piece {
  return (point, isOptional) => {
    if (point.zone !== null) return write(point.zone, point);
    if (isOptional) return null;
    throw new EvaluationError('Unable to extract ZoneId from temporal');
  };
}

function instantOf({ day, milliOfDay, offsetSeconds }: TimePoint): number | null {
  return day === null || milliOfDay === null || offsetSeconds === null ? null : day * DAY_MS + milliOfDay - offsetSeconds * 1000;
}

function numberWriter(element: NumberElement): (value: number) => string {
  const { field, minWidth, maxWidth, sign } = element;
  if (element.isFraction) return (nanos) => nanos.toString().padStart(9, '0').slice(0, maxWidth);
  if (element.isReduced) return (value) => (Math.abs(value) % 100).toString().padStart(2, '0');
  // 10^19 and more never come up, so a wide field is never signed for its width.
  const padLimit = sign === 'exceedsPad' && minWidth < 16 ? 10 ** minWidth : Infinity;
  return (value) => {
    const digits = Math.abs(value).toString();
    if (digits.length > maxWidth) {
      throw new EvaluationError(`Field ${field} cannot be printed as the value ${value} exceeds the maximum print width of ${maxWidth}`);
    }
    if (value < 0 && sign === 'notNegative') throw new EvaluationError(`Field ${field} cannot be printed as the value ${value} cannot be negative`);
    return (value < 0 ? '-' : value >= padLimit ? '+' : '') + digits.padStart(minWidth, '0');
  };
}
