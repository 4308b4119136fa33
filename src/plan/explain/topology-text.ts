import { stepSources } from '../step-sources.js';
import type { Step } from '../steps/index.js';

interface Stage {
  readonly steps: string[];
  readonly reads: string[];
  writes: string;
}

/**
 * The stages of a plan: parts between exchanges, each of which runs as one task per partition. Stages are numbered in the
 * order rows pass them.
 */
export function topologyText(root: Step): string {
  const stages: Stage[] = [];
  const last: Stage = { steps: [], reads: [], writes: sinkOf(root) };
  visit(root, last, stages);
  stages.push(last);
  const lines = stages.map((stage, index) => {
    const reads = `reads ${stage.reads.join(', ')}`;
    const writes = stage.writes === '' ? '' : `, writes ${stage.writes}`;
    return `   Stage ${String(index)}: ${reads}${writes}\n      ${stage.steps.join(' -> ')}`;
  });
  return `Topologies:\n${lines.join('\n')}\n`;
}

/** Adds the steps below to a stage; an exchange ends the stage below it, which becomes one of its own. */
function visit(step: Step, stage: Stage, stages: Stage[]): void {
  const topic = exchangeTopic(step);
  if (topic === null) {
    for (const source of stepSources(step)) visit(source, stage, stages);
    if (step.kind === 'streamSource' || step.kind === 'tableSource') stage.reads.push(step.topic);
    stage.steps.push(step.name);
    return;
  }
  const before: Stage = { steps: [], reads: [], writes: topic };
  for (const source of stepSources(step)) visit(source, before, stages);
  stages.push(before);
  stage.reads.push(topic);
  stage.steps.push(step.name);
}

function exchangeTopic(step: Step): string | null {
  switch (step.kind) {
    case 'streamRepartition':
    case 'tableRepartition':
    case 'tableGroupBy':
      return step.topic;
    default:
      return null;
  }
}

function sinkOf(root: Step): string {
  return root.kind === 'streamSink' || root.kind === 'tableSink' ? root.topic : '';
}
