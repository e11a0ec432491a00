/**
 * Is an import faster than polars on this machine? Rounds of both are interleaved: each imports the same rows in Criteo's layout
 * into a new folder, in a process of its own. polars does the same work (import_worker.py): parse, count, vocabularies of the
 * training rows, encode, write; and DuckDB's reader is timed beside both as a lower bound.
 *
 *   node test/bench/import.mjs [--gigabytes 0.5] [--file FILE] [--rounds 3] [--folder DIR] [--without-polars]
 *
 * polars and DuckDB come from a virtual environment of their own, made on first use in the user's cache folder.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { median } from './interleaved.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const run = promisify(execFile)
const { values: options } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '0.5' },
    file: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    folder: { type: 'string', default: tmpdir() },
    'without-polars': { type: 'boolean', default: false },
  },
})
const PACKAGES = ['polars==2.1.0', 'duckdb==2.0.1']
/** How often a seen value has a table row, as for Criteo's files by default. */
const MINIMUM_COUNT = 1
const POLL_MS = 100

async function pythonWithPolars() {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dlrm-studio', 'polars-2.1')
  const python = join(folder, 'bin', 'python')
  if (!existsSync(join(folder, 'complete'))) {
    console.error('Installing polars and DuckDB into a virtual environment of their own …')
    await run('python3', ['-m', 'venv', '--clear', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { maxBuffer: 2 ** 26 })
    await run('touch', [join(folder, 'complete')])
  }
  return python
}

/** The output of a command, and the largest resident memory that it had, in MB. */
function measured(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    let megabytes = 0
    child.stdout.on('data', (text) => (output += text))
    const poll = setInterval(() => {
      try {
        const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
        megabytes = Math.max(megabytes, Number(peak?.[1] ?? 0) / 1024)
      } catch {
        // The process has ended.
      }
    }, POLL_MS)
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(poll)
      if (code === 0) resolve({ output, megabytes })
      else reject(new Error(`${command} ended with status ${code}`))
    })
  })
}

async function ours(file, folder) {
  const cli = join(here, '..', '..', 'dist', 'cli.mjs')
  const workspace = join(folder, 'workspace')
  const args = [cli, 'data', 'import', file, '--name', 'rows', '--workspace', workspace, '--json']
  const { output, megabytes } = await measured(process.execPath, args)
  rmSync(workspace, { recursive: true })
  const { durationMs, rows } = JSON.parse(output)
  return { seconds: durationMs / 1000, rows, megabytes }
}

async function polars(python, file, folder) {
  const target = join(folder, 'polars')
  mkdirSync(target)
  const { output } = await measured(python, [
    join(here, 'import_worker.py'),
    file,
    target,
    `${MINIMUM_COUNT}`,
  ])
  rmSync(target, { recursive: true })
  return JSON.parse(output)
}

async function duckdb(python, file) {
  const script = `
import duckdb, sys, time
started = time.perf_counter()
duckdb.execute("set enable_progress_bar = false")
types = {"label": "UTINYINT"} | {f"I{n}": "BIGINT" for n in range(1, 14)} | {f"C{n}": "VARCHAR" for n in range(1, 27)}
read = f"read_csv(?, delim='\\t', header=false, quote='', columns={types})"
duckdb.execute(f"create table rows as select * from {read}", [sys.argv[1]])
print(time.perf_counter() - started)`
  const { output } = await measured(python, ['-c', script, file])
  return { seconds: Number(output) }
}

const folder = mkdtempSync(join(options.folder, 'import-'))
try {
  const file = options.file ?? join(folder, 'rows.tsv')
  if (!options.file) await run(process.execPath, [join(here, 'criteo-rows.mjs'), file, options.gigabytes])
  const megabytes = statSync(file).size / 1e6
  const python = options['without-polars'] ? null : await pythonWithPolars()
  const rounds = []
  for (let round = 1; round <= Number(options.rounds); round++) {
    const own = await ours(file, folder)
    const others = python && {
      polars: await polars(python, file, folder),
      duckdb: await duckdb(python, file),
    }
    rounds.push({ own, ...others })
    const rate = (seconds) => `${seconds.toFixed(1)} s (${(megabytes / seconds).toFixed(0)} MB/s)`
    const theirs = others
      ? `, polars ${rate(others.polars.seconds)}, DuckDB reads in ${rate(others.duckdb.seconds)}`
      : ''
    console.error(`round ${round}: import ${rate(own.seconds)}${theirs}`)
  }
  const of = (name, field) => median(rounds.map((round) => round[name][field]))
  const result = {
    file: { megabytes, rows: rounds[0].own.rows },
    own: {
      seconds: of('own', 'seconds'),
      megabytesPerSecond: megabytes / of('own', 'seconds'),
      peakMegabytes: of('own', 'megabytes'),
    },
    ...(python && {
      polars: {
        seconds: of('polars', 'seconds'),
        readSeconds: of('polars', 'read'),
        peakMegabytes: of('polars', 'megabytes'),
      },
      duckdb: { readSeconds: of('duckdb', 'seconds') },
      timesAsFastAsPolars: median(rounds.map((round) => round.polars.seconds / round.own.seconds)),
    }),
  }
  console.log(JSON.stringify(result, null, 2))
} finally {
  rmSync(folder, { recursive: true })
}
