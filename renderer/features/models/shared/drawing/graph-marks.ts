export type Change = 'added' | 'removed' | 'changed'

/** Shows a change as a character, for those who see no colours. */
export const changeSigns: Record<Change, string> = { added: '+', removed: '−', changed: '~' }

/** The changes that a drawing of two versions of a model marks. */
export interface GraphMarks {
  /** By id. A node that is not among them is the same in both. */
  nodes: ReadonlyMap<string, Change>
  /** By the ids of source and target with a space between them. */
  edges: ReadonlyMap<string, 'added' | 'removed'>
}
