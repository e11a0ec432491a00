import { SERVED_BEFORE } from '../../main/contract/channel.ts'

/** The interface of an engine process for the supervisor, however it runs. */
export interface EngineProcess {
  send(message: unknown): void
  /** Asks the engine to finish its work and exit. */
  requestExit(): void
  /** Ends it at once. */
  kill(): void
}

export interface EngineListener {
  onMessage(message: unknown): void
  /** Called once, however it ended. `how` completes "The engine …". */
  onExit(how: string): void
}

export interface EngineSetup {
  /** The bundled engine. */
  file: string
  env: Record<string, string | undefined>
  /** The stream for its output. */
  logFile: string
}

/** `again`: an engine has served the workspace before, so that it has to be there. */
export type EngineLauncher = (listener: EngineListener, again: boolean) => EngineProcess

export const engineArguments = (again: boolean): string[] => (again ? [SERVED_BEFORE] : [])

/** How a process ended, in words. */
export function describeExit(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL), perhaps because memory ran out'
  if (signal !== null) return `crashed (${signal})`
  return `exited with status ${code ?? 'unknown'}`
}
