import { assertNever } from '../errors/index.js';
import type { Step, StoreRef } from './steps/index.js';

/** The steps whose rows a step takes, left before right. */
export function stepSources(step: Step): readonly Step[] {
  switch (step.kind) {
    case 'streamSource':
    case 'tableSource':
      return [];
    case 'streamTableJoin':
    case 'streamStreamJoin':
    case 'tableTableJoin':
    case 'foreignKeyJoin':
      return [step.left, step.right];
    case 'streamFilter': case 'tableFilter': case 'streamSelect': case 'tableSelect': case 'streamSelectKey': case 'streamFlatMap':
    case 'streamGroupBy': case 'streamRepartition': case 'tableGroupBy': case 'tableMaterialize': case 'tableRepartition':
    case 'streamAggregate': case 'streamWindowedAggregate': case 'tableAggregate': case 'streamSink': case 'tableSink':
      return [step.source];
    default:
      return assertNever(step);
  }
}

/** A step and everything below it, the step first. */
export function stepsBelow(step: Step): readonly Step[] {
  return [step, ...stepSources(step).flatMap(stepsBelow)];
}

/** The stores a step owns. */
export function storesOf(step: Step): readonly StoreRef[] {
  switch (step.kind) {
    case 'tableSource':
    case 'tableMaterialize':
    case 'tableRepartition':
    case 'streamAggregate':
    case 'streamWindowedAggregate':
    case 'tableAggregate':
      return [step.store];
    case 'tableTableJoin':
      return [step.leftStore, step.rightStore];
    case 'streamStreamJoin':
      return [step.leftStore, step.rightStore, ...(step.outerStore === null ? [] : [step.outerStore])];
    case 'foreignKeyJoin':
      return [step.leftStore, step.rightStore, step.subscriptionStore];
    default:
      return [];
  }
}
