import { fileURLToPath } from 'node:url'
import { onNode24 } from './setup/node24.mjs'
import { runScript, say, SetupError } from './setup/say.mjs'
import { add } from './testing/counts.mjs'
import { NAMED_FILES, stages, standardStages } from './testing/stages.mjs'

async function main() {
  const wanted = process.argv.slice(2)
  const unknown = wanted.find((name) => !Object.hasOwn(stages, name))
  if (unknown !== undefined) {
    throw new SetupError(
      `There are no tests called ${unknown}; use one of: ${Object.keys(stages).join(', ')}.`,
    )
  }
  let total = { passed: 0, failed: 0 }
  const files = []
  for (const together of wanted.length > 0 ? wanted.map((name) => [name]) : standardStages) {
    const counts = await Promise.all(together.map((name) => runStage(stages[name], files)))
    total = counts.reduce(add, total)
  }
  if (files.length > 0) nameSlowest(files)
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`)
  if (total.failed > 0) process.exitCode = 1
}

/** The slowest files are named because single files make a test command slow. */
function nameSlowest(files) {
  say('The slowest test files:')
  for (const { file, seconds } of files.toSorted((a, b) => b.seconds - a.seconds).slice(0, NAMED_FILES))
    say(`${seconds.toFixed(1).padStart(7)} s  ${file}`)
}

/** Adds the counts of a stage's steps. `files` collects the slowest files of each. */
async function runStage({ prepare, steps }, files) {
  await prepare()
  let total = { passed: 0, failed: 0 }
  for (const { name, run } of steps) {
    say(name)
    const began = performance.now()
    const counts = await run()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    say(`${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`)
    total = add(total, counts)
    files.push(...(counts.slowest ?? []))
  }
  return total
}

if (onNode24(fileURLToPath(import.meta.url))) await runScript(main)
