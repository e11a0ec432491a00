export type Change = 'added' | 'removed' | 'changed'

/** A change in a letter, for those who see no colours. */
export const changeSigns: Record<Change, string> = { added: '+', removed: '−', changed: '~' }

/** What a drawing marks where it shows two versions of a model. */
export interface GraphMarks {
  /** By id; what is not among them is the same in both. */
  nodes: ReadonlyMap<string, Change>
  /** By source and target with a space between. */
  edges: ReadonlyMap<string, 'added' | 'removed'>
}
