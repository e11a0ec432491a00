/** What the supervisor needs of an engine process, whichever way it runs. */
export interface EngineProcess {
  send(message: unknown): void
  /** Asks the engine to finish its work and leave. */
  leave(): void
  /** Ends it at once. */
  kill(): void
}

export interface EngineListener {
  onMessage(message: unknown): void
  /** Once, however it ended; `how` completes "The engine …". */
  onExit(how: string): void
}

export interface EngineSetup {
  /** The bundled engine. */
  file: string
  env: Record<string, string | undefined>
  /** Its output goes here. */
  logFile: string
}

export type EngineLauncher = (listener: EngineListener) => EngineProcess

/** How a process ended, in words. */
export function describeExit(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL), perhaps because memory ran out'
  if (signal !== null) return `crashed (${signal})`
  return `exited with status ${code ?? 'unknown'}`
}
