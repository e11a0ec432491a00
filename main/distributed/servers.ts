/** Which ranks give their data and files to those that have none. */

/** For each rank the one that serves it; null for a rank that has everything itself. */
export type Servers = readonly (number | null)[]

/** `complete` says of each rank whether it has everything, as rank 0 does. Those that do have about as many others each. */
export function serversOf(complete: readonly boolean[]): (number | null)[] {
  const having = complete.flatMap((has, rank) => (has ? [rank] : []))
  let next = 0
  return complete.map((has) => (has ? null : (having[next++ % having.length] ?? 0)))
}

/** How many ranks one serves. */
export const clientsOf = (servers: Servers, rank: number): number =>
  servers.filter((server) => server === rank).length

/** Which ranks get their data over the network, for the log of the run; null if none does. */
export function serversText(servers: Servers): string | null {
  const served = servers.flatMap((server, rank) => (server === null ? [] : [`${rank} from rank ${server}`]))
  if (served.length === 0) return null
  const ranks = served.length === 1 ? 'Rank' : 'Ranks'
  return `${ranks} without the dataset or the workspace get data over the network: ${served.join(', ')}.`
}
