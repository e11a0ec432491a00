import { closeSync, write } from 'node:fs'
import { utilityProcess } from 'electron'
import { openLogIfPossible } from './engine-log.ts'
import { describeExit, engineArguments, type EngineLauncher, type EngineSetup } from './engine-process.ts'

/** The engine as Electron's own utility process, for shells whose Node is new enough for it. */
export function utilityEngine({ file, env, logFile }: EngineSetup): EngineLauncher {
  return (listener, again) => {
    const log = openLogIfPossible(logFile)
    const child = utilityProcess.fork(file, engineArguments(again), {
      env,
      stdio: 'pipe',
      serviceName: 'DLRM Studio engine',
    })
    const keep = (chunk: Buffer): void => {
      if (log !== null) write(log, chunk, () => undefined)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('message', (message) => listener.onMessage(message))
    child.on('exit', (code) => {
      if (log !== null) closeSync(log)
      listener.onExit(describeExit(code, null))
    })
    return {
      send: (message) => child.postMessage(message),
      requestExit: () => child.postMessage({ exit: true }),
      kill: () => child.kill(),
    }
  }
}
