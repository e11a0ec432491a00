import { closeSync, write } from 'node:fs'
import { utilityProcess } from 'electron'
import { openLog } from './engine-log.ts'
import { describeExit, type EngineLauncher, type EngineSetup } from './engine-process.ts'

/** The engine as Electron's own utility process, for shells whose Node is new enough for it. */
export function utilityEngine({ file, env, logFile }: EngineSetup): EngineLauncher {
  return (listener) => {
    const log = openLog(logFile)
    const child = utilityProcess.fork(file, [], {
      env: env,
      stdio: 'pipe',
      serviceName: 'DLRM Studio engine',
    })
    const keep = (chunk: Buffer): void => write(log, chunk, () => undefined)
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('message', (message) => listener.onMessage(message))
    child.on('exit', (code) => {
      closeSync(log)
      listener.onExit(describeExit(code, null))
    })
    return {
      send: (message) => child.postMessage(message),
      requestExit: () => child.postMessage({ exit: true }),
      kill: () => child.kill(),
    }
  }
}
