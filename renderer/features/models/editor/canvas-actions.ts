import type { Place } from '../../../../main/model/editing/edits.ts'

/** What can be asked of the canvas. */
export interface CanvasActions {
  readonly zoom: number
  /** Whether there are so many nodes that an overview helps. */
  readonly hasMap: boolean
  /** Shows everything. */
  fit: () => void
  /** Sets the zoom at which a box is as large as it is made. */
  actualSize: () => void
  /** Opens the palette at a place, for a node that goes there; in the middle where none is given. */
  openPalette: (place?: Place) => void
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
