/** What a drawing marks where it shows two versions of a model. */
export interface GraphMarks {
  /** By id; what is not among them is the same in both. */
  nodes: ReadonlyMap<string, 'added' | 'removed' | 'changed'>
  /** By source and target with a space between. */
  edges: ReadonlyMap<string, 'added' | 'removed'>
}
