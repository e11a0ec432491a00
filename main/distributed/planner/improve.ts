/** Improves a placement by moving and swapping parts of tables until the slowest rank cannot be relieved. */
import type { RankLoad } from './costs.ts'
import type { Placement } from './placement.ts'
import type { TableGroup } from './table-groups.ts'

const MAX_STEPS = 2000
/** Exchanges of parts that are tried in all, which takes about a second. */
export const MAX_TRIALS = 3e6
/** The slowest rank exchanges parts with one of as many of the fastest ones. */
const PARTNERS = 16
/** Into how many parts a rank's columns of a table are divided to move some of them. */
const DIVISIONS = 8
/** A rank with more parts of tables than this moves them undivided, because that is fine enough. */
const MANY_PARTS = 32
/** A smaller share of the slowest rank's time is not worth an exchange. */
const GAIN = 1e-4

/** Columns of a group that one of two ranks gives to the other. */
interface Gift {
  group: TableGroup
  columns: number
  /** What the giver has less. */
  fromGiver: RankLoad
  /** What the taker has more. */
  toTaker: RankLoad
}

/** An exchange between the slowest rank and a partner. */
interface Exchange {
  partner: number
  given: Gift | null
  taken: Gift | null
}

/** Changes the placement. Pinned groups stay where they are. */
export function improve(placement: Placement, pinned: ReadonlySet<TableGroup>, maxTrials: number): void {
  let trials = maxTrials
  for (let step = 0; step < MAX_STEPS && trials > 0; step++) {
    const slowest = placement.slowest()
    trials -= placement.costs.ranks
    let least = placement.seconds(slowest) * (1 - GAIN)
    let best: Exchange | null = null
    for (const partner of fastestOthers(placement, slowest)) {
      const gifts = giftsOf(placement, slowest, partner, pinned)
      const returns = giftsOf(placement, partner, slowest, pinned)
      trials -= gifts.length * returns.length
      for (const given of gifts) {
        for (const taken of returns) {
          if (given?.group === taken?.group) continue
          const exchange = { partner, given, taken }
          const seconds = Math.max(
            secondsAfter(placement, slowest, given, taken),
            secondsAfter(placement, partner, taken, given),
          )
          if (seconds >= least || !fits(placement, slowest, exchange)) continue
          least = seconds
          best = exchange
        }
      }
    }
    if (!best) return
    apply(placement, slowest, best)
  }
}

/** What a rank takes without what it gives and with what it gets. */
function secondsAfter(placement: Placement, rank: number, given: Gift | null, got: Gift | null): number {
  const { traffic, columns } = placement.loadOf(rank)
  return placement.costs.seconds(rank, {
    traffic: traffic - (given?.fromGiver.traffic ?? 0) + (got?.toTaker.traffic ?? 0),
    columns: columns - (given?.fromGiver.columns ?? 0) + (got?.toTaker.columns ?? 0),
  })
}

function fits(placement: Placement, from: number, { partner, given, taken }: Exchange): boolean {
  const [own, other] = [from, partner].map((rank) => placement.costs.hostOf(rank))
  if (!own || !other || own === other) return true
  const growth = (rank: number, gift: Gift | null, sign: 1 | -1) =>
    gift ? placement.growth(rank, gift.group, sign * gift.columns) : 0
  return (
    growth(partner, given, 1) + growth(partner, taken, -1) <= placement.freeOf(other) &&
    growth(from, taken, 1) + growth(from, given, -1) <= placement.freeOf(own)
  )
}

function apply(placement: Placement, from: number, { partner, given, taken }: Exchange): void {
  for (const [gift, giver, taker] of [
    [given, from, partner],
    [taken, partner, from],
  ] as const) {
    if (!gift) continue
    placement.change(gift.group, giver, -gift.columns)
    placement.change(gift.group, taker, gift.columns)
  }
}

/** All that one rank can give to the other, and null for nothing. */
function giftsOf(
  placement: Placement,
  giver: number,
  taker: number,
  pinned: ReadonlySet<TableGroup>,
): (Gift | null)[] {
  const parts = placement.partsOn(giver).filter(([group]) => !pinned.has(group))
  const divisions = parts.length > MANY_PARTS ? 1 : DIVISIONS
  const gifts = parts.flatMap(([group, whole]) =>
    amounts(whole, group.undividedBecause === null ? divisions : 1).map((columns) => {
      const kept = placement.loadOfPart(group, whole - columns)
      const before = placement.columnsOn(taker, group)
      return {
        group,
        columns,
        fromGiver: difference(placement.loadOfPart(group, whole), kept),
        toTaker: difference(
          placement.loadOfPart(group, before + columns),
          placement.loadOfPart(group, before),
        ),
      }
    }),
  )
  return [null, ...gifts]
}

const difference = (one: RankLoad, other: RankLoad): RankLoad => ({
  traffic: one.traffic - other.traffic,
  columns: one.columns - other.columns,
})

/** All columns, and some of them in as many steps as there are divisions. */
function amounts(columns: number, divisions: number): number[] {
  const step = Math.max(1, Math.ceil(columns / divisions))
  const parts = Array.from({ length: Math.ceil(columns / step) - 1 }, (_, part) => (part + 1) * step)
  return [columns, ...parts]
}

function fastestOthers(placement: Placement, slowest: number): number[] {
  const seconds = placement.loads.map((_, rank) => placement.seconds(rank))
  return [...seconds.keys()]
    .filter((rank) => rank !== slowest)
    .sort((one, other) => (seconds[one] ?? 0) - (seconds[other] ?? 0) || one - other)
    .slice(0, PARTNERS)
}
