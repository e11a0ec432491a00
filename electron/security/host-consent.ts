import { z } from 'zod'
import { bounded } from '../../main/contract/printable.ts'
import type { Answer } from '../engine/supervisor.ts'

const unconfirmed = z.object({ unconfirmedHosts: z.array(z.string()).min(1) })

/**
 * The other machines that the person at this window has agreed to log in to, for as long as the app runs. The engine
 * knows which machines a request leads to, also where a stored run names them, and refuses those that nobody confirmed.
 */
export class HostConsent {
  readonly #confirm: (hosts: string[]) => Promise<boolean>
  readonly #confirmed = new Set<string>()

  /** `confirm` asks the person in a way that no page can answer. */
  constructor(confirm: (hosts: string[]) => Promise<boolean>) {
    this.#confirm = confirm
  }

  /** Sends a request with the confirmed hosts, and once more if it needs others and the person agrees to them. */
  async request(send: (confirmed: string[]) => Promise<Answer>): Promise<Answer> {
    const answer = await send([...this.#confirmed])
    const hosts = answer.ok ? undefined : unconfirmed.safeParse(answer.error.details).data?.unconfirmedHosts
    if (!hosts) return answer
    if (!(await this.#confirm(hosts)))
      return { ok: false, error: { code: 'Cancelled', message: 'The other machines were not contacted.' } }
    for (const host of hosts) this.#confirmed.add(host)
    return send([...this.#confirmed])
  }
}

/** A question that names more than this would be taller than the screen. */
const MAX_NAMED = 20
const MAX_NAME = 253

/** The hosts as a list for the question. */
export function hostList(hosts: readonly string[]): string {
  const named = hosts.slice(0, MAX_NAMED).map((host) => `• ${bounded(host, MAX_NAME)}`)
  const more = hosts.length - named.length
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')
}
