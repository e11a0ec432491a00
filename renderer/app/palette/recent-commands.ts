/** Ids of the commands that were run last, newest first; kept between sessions. */
import { z } from 'zod'

const KEY = 'recent-commands'
const MAX_RECENT = 6

export function recentCommands(): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'))
  } catch {
    return [] // written by something else
  }
}

export function rememberCommand(id: string): void {
  const others = recentCommands().filter((each) => each !== id)
  localStorage.setItem(KEY, JSON.stringify([id, ...others].slice(0, MAX_RECENT)))
}
