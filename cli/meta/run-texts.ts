import { splitStatements } from '../../src/parser/index.js';
import { runStatement } from '../run-statement.js';
import { STAY, type MetaContext, type MetaDone } from './meta-command.js';

/** Runs statements until one fails or the person interrupts. */
export async function runTexts(sql: string, context: MetaContext): Promise<MetaDone> {
  const { lastStatement } = context.state;
  for (const { text } of splitStatements(sql)) {
    try {
      await runStatement(text, context);
    } catch (error) {
      context.screen.error(context.session.explain(error, text));
      break;
    }
    if (context.running.wasInterrupted) break;
  }
  // What the person typed stays what is edited and watched.
  context.state.lastStatement = lastStatement;
  return STAY;
}
