export interface Box {
  left: number
  top: number
  width: number
  height: number
}
type Size = Pick<Box, 'width' | 'height'>

/** The distance of the card from what it points at, and from the edges of the window. */
const GAP = 14

/**
 * Places a card beside a target, all in CSS pixels: on the right if there is room, else below, above or on the left, and always
 * within the window. Without a target it is in the middle.
 */
export function placeCard(target: Box | null, card: Size, area: Size): { left: number; top: number } {
  const within = (left: number, top: number) => ({
    left: Math.max(GAP, Math.min(left, area.width - card.width - GAP)),
    top: Math.max(GAP, Math.min(top, area.height - card.height - GAP)),
  })
  if (!target) return within((area.width - card.width) / 2, (area.height - card.height) / 2)
  const right = target.left + target.width + GAP
  const below = target.top + target.height + GAP
  if (right + card.width + GAP <= area.width) return within(right, target.top)
  if (below + card.height + GAP <= area.height) return within(target.left + target.width - card.width, below)
  const above = target.top - GAP - card.height
  if (above >= GAP) return within(target.left + target.width - card.width, above)
  return within(target.left - GAP - card.width, target.top)
}
