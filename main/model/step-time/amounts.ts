/** Amounts of work, by kind of work, e.g. `linear.forward.products`. */
export type Amounts = Record<string, number>
