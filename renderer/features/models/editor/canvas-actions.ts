import type { Place } from '../../../../main/model/editing/edits.ts'

/** What can be asked of the canvas. */
export interface CanvasActions {
  fit: () => void
  zoomIn: () => void
  zoomOut: () => void
  /** Middle of what is seen, for a node that is added without a place. */
  middle: () => Place
  /** The line that is chosen, as its two ends. */
  chosenLine: () => { source: string; target: string } | null
  /** Chooses nodes and brings them into view. */
  show: (ids: string[]) => Promise<void>
  /** Moves the focus to a node, so that the keyboard goes on from it. */
  focusNode: (id: string) => Promise<void>
}
