import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** An invisible screen for programs that see its socket only. */
export interface Screen {
  display: string
  close(): void
}

export async function openScreen(): Promise<Screen> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-ac', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] },
  )
  const [number] = (await once(server.stdio[3]!, 'data')) as [Buffer]
  return { display: `:${number.toString('utf8').trim()}`, close: () => void server.kill() }
}
