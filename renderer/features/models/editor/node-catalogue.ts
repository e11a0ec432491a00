/** The kinds of nodes that the palette offers. */
import { nodeDefinitions } from '../../../../main/model/kinds/index.ts'

export type CatalogueEntry = Pick<(typeof nodeDefinitions)[number], 'kind' | 'label' | 'sentence' | 'group'>

/** Gives the kinds that have every word of the text in their label, sentence or search words. */
export function searchCatalogue(text: string): CatalogueEntry[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean)
  return nodeDefinitions.filter(({ label, sentence, searchWords }) => {
    const all = `${label} ${sentence} ${searchWords}`.toLowerCase()
    return wanted.every((word) => all.includes(word))
  })
}
