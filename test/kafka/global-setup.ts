import type { TestProject } from 'vitest/node';
import { startKafka, whyNot } from './java-kafka.js';

declare module 'vitest' {
  interface ProvidedContext {
    kafka: string;
  }
}

/** One broker for all files, or the one that MILLRACE_KAFKA names. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['MILLRACE_KAFKA'];
  if (given !== undefined) {
    project.provide('kafka', given);
    return undefined;
  }
  const reason = whyNot();
  if (reason !== null) throw new Error(reason);
  const kafka = await startKafka();
  project.provide('kafka', kafka.bootstrap);
  return () => kafka.stop();
}
