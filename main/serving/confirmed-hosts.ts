import { StudioError } from '../contract/errors.ts'
import type { RankHost } from '../contract/training.ts'
import { isThisMachine } from '../distributed/check-hosts.ts'

/**
 * The other machines that a person has agreed to log in to, by name. A page alone must not reach any, and neither must a
 * run of somebody else's workspace.
 */
export class ConfirmedHosts {
  readonly #confirmed: ReadonlySet<string>

  constructor(names: readonly string[]) {
    this.#confirmed = new Set(names)
  }

  /** Throws InvalidState, whose details name those of these hosts about which the shell has to ask. */
  require(hosts: readonly Pick<RankHost, 'name'>[] | null): void {
    const names = (hosts ?? []).map(({ name }) => name)
    const unconfirmedHosts = [...new Set(names)].filter(
      (name) => !this.#confirmed.has(name) && !isThisMachine(name),
    )
    if (unconfirmedHosts.length === 0) return
    throw new StudioError(
      'InvalidState',
      `Nobody has agreed to log in to ${unconfirmedHosts.join(', ')}: confirm the question about these machines.`,
      { field: 'hosts', details: { unconfirmedHosts } },
    )
  }
}
