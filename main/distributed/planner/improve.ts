/** Improves a placement by moving and swapping parts of tables until the slowest rank cannot be relieved. */
import type { Placement } from './placement.ts'
import type { TableGroup } from './table-groups.ts'

const MAX_STEPS = 2000
/** The slowest rank gives to one of as many of the fastest ones. */
const RECEIVERS = 16
/** Into how many parts a rank's columns of a table are divided to move some of them. */
const DIVISIONS = 8
/** Smaller gains are rounding errors. */
const GAIN = 1e-9

interface Step {
  /** What the two ranks take afterwards, the slower of them. */
  seconds: number
  apply: () => void
}

/** Changes the placement. Pinned groups stay where they are. */
export function improve(placement: Placement, pinned: ReadonlySet<TableGroup>): void {
  for (let step = 0; step < MAX_STEPS; step++) {
    const slowest = placement.slowest()
    const before = placement.seconds(slowest)
    const best = bestStep(placement, slowest, pinned)
    if (!best || best.seconds >= before * (1 - GAIN)) return
    best.apply()
  }
}

function bestStep(placement: Placement, from: number, pinned: ReadonlySet<TableGroup>): Step | null {
  let best: Step | null = null
  const offer = (to: number, changes: readonly [TableGroup, number][]) => {
    const seconds = Math.max(
      placement.secondsWith(to, changes),
      placement.secondsWith(
        from,
        changes.map(([group, more]) => [group, -more]),
      ),
    )
    if (best !== null && seconds >= best.seconds) return
    if (!canChange(placement, from, to, changes)) return
    const apply = () => {
      for (const [group, more] of changes) {
        placement.change(group, from, -more)
        placement.change(group, to, more)
      }
    }
    best = { seconds, apply }
  }
  const own = partsOn(placement, from, pinned)
  for (const to of receivers(placement, from)) {
    const theirs = partsOn(placement, to, pinned)
    for (const [group, columns] of own) {
      for (const more of amounts(group, columns)) {
        offer(to, [[group, more]])
        for (const [other, fewer] of theirs) {
          if (other === group) continue
          offer(to, [
            [group, more],
            [other, -fewer],
          ])
        }
      }
    }
  }
  return best
}

function canChange(
  placement: Placement,
  from: number,
  to: number,
  changes: readonly [TableGroup, number][],
): boolean {
  const { costs } = placement
  const [source, target] = [costs.hostOf(from), costs.hostOf(to)]
  if (source === target) return true
  const needed = (rank: number, sign: 1 | -1) =>
    changes.reduce((sum, [group, more]) => sum + placement.growth(rank, group, sign * more), 0)
  return needed(to, 1) <= placement.freeOf(target) && needed(from, -1) <= placement.freeOf(source)
}

const partsOn = (placement: Placement, rank: number, pinned: ReadonlySet<TableGroup>) =>
  [...placement.parts]
    .map(([group, parts]) => [group, parts.get(rank) ?? 0] as const)
    .filter(([group, columns]) => columns > 0 && !pinned.has(group))

/** How many of the columns may move. */
function amounts(group: TableGroup, columns: number): number[] {
  if (group.undividedBecause !== null) return [columns]
  const step = Math.max(1, Math.ceil(columns / DIVISIONS))
  const parts = Array.from({ length: Math.ceil(columns / step) - 1 }, (_, part) => (part + 1) * step)
  return [columns, ...parts]
}

function receivers(placement: Placement, from: number): number[] {
  const seconds = placement.loads.map((_, rank) => placement.seconds(rank))
  return [...seconds.keys()]
    .filter((rank) => rank !== from)
    .sort((one, other) => (seconds[one] ?? 0) - (seconds[other] ?? 0) || one - other)
    .slice(0, RECEIVERS)
}
