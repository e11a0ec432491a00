/** Spectron starts this file with Node. It runs the ChromeDriver that build/setup/chromedriver.mjs has made available. */
const { spawn } = require('node:child_process')

const program = process.env.DLRM_STUDIO_CHROMEDRIVER
if (!program) throw new Error('DLRM_STUDIO_CHROMEDRIVER is not set: use `npm run test:spectron`.')
// Electron's Chromium has builds of its own, which ChromeDriver does not know.
const driver = spawn(program, [...process.argv.slice(2), '--disable-build-check'], { stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => driver.kill(signal))
driver.on('error', (error) => {
  process.stderr.write(`${program} cannot be started: ${error.message}\n`)
  process.exitCode = 1
})
driver.on('exit', (code) => (process.exitCode = code ?? 0))
