/** A point of the canvas in pixels: x goes to the right, y down. */
export interface Point {
  x: number
  y: number
}
