import { fork } from 'node:child_process'
import { closeSync } from 'node:fs'
import { openLogIfPossible } from './engine-log.ts'
import { describeExit, engineArguments, type EngineLauncher, type EngineSetup } from './engine-process.ts'

/** The engine as a child process under a Node of its own, for shells whose Node is too old for it. */
export function childEngine(node: string, { file, env, logFile }: EngineSetup): EngineLauncher {
  return (listener, again) => {
    const log = openLogIfPossible(logFile)
    const child = fork(file, engineArguments(again), {
      execPath: node,
      execArgv: [],
      env,
      // JSON would fail on large messages and lose binary data.
      serialization: 'advanced',
      stdio: ['ignore', log ?? 'ignore', log ?? 'ignore', 'ipc'],
    })
    if (log !== null) closeSync(log)
    let ended = false
    const end = (how: string): void => {
      if (ended) return
      ended = true
      listener.onExit(how)
    }
    child.on('message', (message) => listener.onMessage(message))
    child.on('error', (error) => {
      if (child.pid === undefined) end(`cannot be started: ${error.message}`)
    })
    child.on('exit', (code, signal) => end(describeExit(code, signal)))
    return {
      // A message to a dying process is lost. Its exit answers the request.
      send: (message) => child.connected && child.send(message as object, () => undefined),
      requestExit: () => child.connected && child.disconnect(),
      kill: () => child.kill('SIGKILL'),
    }
  }
}
