import { canonicalJson, isList } from '../json-document.js';
import type { Comparison } from './comparison.js';
import { childOf, mapOf, type JsonNode } from './json-schema.js';

function branches(node: JsonNode, keywords: readonly string[]): readonly JsonNode[] | null {
  for (const keyword of keywords) {
    const list = mapOf(node).get(keyword);
    if (isList(list)) return list.map((each) => childOf(node, each));
  }
  return null;
}

/** `oneOf`, `anyOf`, `allOf`, `not` and `if`. Gives true when they say all there is to say. */
export function compareCombined(comparison: Comparison): boolean {
  compareNegations(comparison);
  compareConditions(comparison);
  const { reader, writer } = comparison;
  const [readerSum, writerSum] = [branches(reader, ['oneOf', 'anyOf']), branches(writer, ['oneOf', 'anyOf'])];
  if (readerSum !== null || writerSum !== null) {
    compareSums(comparison, readerSum, writerSum);
    return true;
  }
  const [readerProduct, writerProduct] = [branches(reader, ['allOf']), branches(writer, ['allOf'])];
  if (readerProduct === null && writerProduct === null) return false;
  compareProducts(comparison, readerProduct ?? [reader], writerProduct ?? [writer]);
  return true;
}

// Every way to write must be one that can be read.
function compareSums(comparison: Comparison, readable: readonly JsonNode[] | null, written: readonly JsonNode[] | null): void {
  const { reader, writer, place, report, compare, tryOut } = comparison;
  if (readable === null) {
    for (const [index, each] of (written ?? []).entries()) compare(reader, each, `${place}/oneOf/${index}`);
    return;
  }
  for (const [index, each] of (written ?? [writer]).entries()) {
    if (readable.some((choice) => tryOut(choice, each).length === 0)) continue;
    // A choice that stands at the same place tells more than that none fits.
    const counterpart = written?.length === readable.length ? readable[index] : undefined;
    if (counterpart === undefined) report(written === null ? 'TYPE_NARROWED' : 'SUM_TYPE_NARROWED', written === null ? place : `${place}/oneOf/${index}`, 'No choice accepts everything that was accepted here');
    else compare(counterpart, each, `${place}/oneOf/${index}`);
  }
}

// Everything that readers ask for must have been asked of writers.
function compareProducts(comparison: Comparison, asked: readonly JsonNode[], given: readonly JsonNode[]): void {
  const { place, report, tryOut } = comparison;
  for (const [index, each] of asked.entries()) {
    if (!given.some((part) => tryOut(each, part).length === 0)) report('PRODUCT_TYPE_EXTENDED', `${place}/allOf/${index}`, 'What is asked for here was not asked for before');
  }
}

function compareNegations({ reader, writer, place, report, tryOut }: Comparison): void {
  const excluded = mapOf(reader).get('not');
  if (excluded === undefined) return;
  const before = mapOf(writer).get('not');
  const covered = before !== undefined && tryOut(childOf(writer, before), childOf(reader, excluded)).length === 0;
  if (!covered) report('NOT_TYPE_EXTENDED', `${place}/not`, 'More is excluded than before');
}

function compareConditions({ reader, writer, place, report }: Comparison): void {
  for (const keyword of ['if', 'then', 'else', 'propertyNames', 'contains', 'unevaluatedProperties', 'dependentSchemas']) {
    const now = mapOf(reader).get(keyword);
    const before = mapOf(writer).get(keyword);
    if (now === undefined || now === true || (before !== undefined && canonicalJson(now) === canonicalJson(before))) continue;
    report('CONDITION_CHANGED', `${place}/${keyword}`, `"${keyword}" was ${before === undefined ? 'added' : 'changed'}`);
  }
}
