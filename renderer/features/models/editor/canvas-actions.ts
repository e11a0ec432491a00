import type { Point } from '../../../../main/model/point.ts'

/** What other components can ask of the canvas. */
export interface CanvasActions {
  readonly zoom: number
  /** Whether there are so many nodes that an overview helps. */
  readonly hasMap: boolean
  /** Shows everything. */
  fit: () => void
  /** Sets the zoom at which a box is as large as it is made. */
  actualSize: () => void
  /** Opens the palette for a node that goes to a position, which is the middle of the view if none is given. */
  openPalette: (position?: Point) => void
  zoomIn: () => void
  zoomOut: () => void
  /** Gives the middle of the view, for a node that is added without a position. */
  middle: () => Point
  /** Gives the ends of the chosen edge. */
  chosenEdge: () => { source: string; target: string } | null
  /** Chooses nodes and brings them into view. */
  show: (ids: string[]) => Promise<void>
  /** Moves the focus to a node, so that the keyboard goes on from it. */
  focusNode: (id: string) => Promise<void>
}
