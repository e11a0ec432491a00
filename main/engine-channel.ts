/** The engine's end of the channel to the shell, as a forked child or as Electron's utility process. */
export interface EngineChannel {
  /** Resolves when the message was handed over. It is no error if the shell is gone. */
  send(message: unknown): Promise<void>
  onMessage(listener: (message: unknown) => void): void
  /** Called when the shell is gone or asks the engine to exit. */
  onExit(listener: () => void): void
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

export function channelToShell(): EngineChannel {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort
  return port ? utilityChannel(port) : childChannel()
}

function childChannel(): EngineChannel {
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (!process.connected || !process.send) return resolve()
        process.send(message, () => resolve())
      }),
    onMessage: (listener) => void process.on('message', listener),
    onExit: (listener) => void process.on('disconnect', listener),
  }
}

function utilityChannel(port: ParentPort): EngineChannel {
  return {
    send: (message) => Promise.resolve(port.postMessage(message)),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onExit: (listener) =>
      port.on('message', ({ data }) => {
        if ((data as { exit?: unknown } | null)?.exit === true) listener()
      }),
  }
}
