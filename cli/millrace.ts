import { VERSION } from '../src/env/index.js';

// The version is asked for by scripts and health checks: it must not wait for anything to load.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  console.log(process.argv[3] === '--json' ? JSON.stringify({ version: VERSION, node: process.version }) : VERSION);
} else {
  const { runProgram } = await import('./program.js');
  await runProgram(process.argv.slice(2));
}
