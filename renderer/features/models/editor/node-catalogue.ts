/** What the palette offers, with a sentence each. */
import type { NodeKind } from '../../../../main/model/document.ts'
import { kindNames } from '../drawing/describe-node.ts'

export interface CatalogueEntry {
  kind: NodeKind
  name: string
  summary: string
  /** Further words it is found by. */
  words: string
}

const entry = (kind: NodeKind, summary: string, words = ''): CatalogueEntry => ({
  kind,
  name: kindNames[kind],
  summary,
  words,
})

export const catalogue: readonly CatalogueEntry[] = [
  entry('denseInput', 'Number columns of the dataset, side by side.', 'numeric features continuous'),
  entry('embedding', 'A learned vector for each value of a column.', 'table lookup sparse categorical bag'),
  entry(
    'linearTerm',
    'One learned weight a value and a dense feature, summed.',
    'wide first order fm logistic',
  ),
  entry('mlp', 'Fully connected layers.', 'perceptron dense linear deep tower feed forward'),
  entry(
    'cross',
    'Multiplies its input with itself, layer by layer.',
    'dcn dcnv2 deep cross network low rank',
  ),
  entry('activation', 'Bends each value: ReLU, sigmoid, tanh, GELU.', 'nonlinearity'),
  entry('bias', 'Adds one learned number to every sample.', 'intercept offset'),
  entry('dotInteraction', 'Products of every two vectors, as DLRM pairs them.', 'dlrm inner pairwise'),
  entry('factorizationMachine', 'All pairwise products of the vectors, summed.', 'fm deepfm second order'),
  entry('concat', 'Vectors side by side.', 'join cat'),
  entry('sum', 'Adds vectors of one width.', 'add plus'),
  entry(
    'loss',
    'What training makes small. A model ends with one.',
    'objective bce mse cross entropy output',
  ),
]

/** Entries that have every word of the text. */
export function searchCatalogue(text: string): CatalogueEntry[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean)
  return catalogue.filter(({ name, summary, words }) => {
    const all = `${name} ${summary} ${words}`.toLowerCase()
    return wanted.every((word) => all.includes(word))
  })
}
