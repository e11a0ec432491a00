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
  entry('denseInput', 'The dataset’s numeric columns as one vector.', 'numeric features continuous'),
  entry(
    'embedding',
    'A learned vector for each value of a categorical column.',
    'table lookup sparse categorical bag',
  ),
  entry(
    'linearTerm',
    'First-order term: a learned weight per value or dense feature, summed.',
    'wide first order fm logistic',
  ),
  entry(
    'mlp',
    'Fully connected layers (multilayer perceptron).',
    'perceptron dense linear deep tower feed forward',
  ),
  entry(
    'cross',
    'Explicit feature crosses, as in DCN and DCNv2.',
    'dcn dcnv2 deep cross network low rank layers multiplies',
  ),
  entry('activation', 'Applies an activation function: ReLU, sigmoid, tanh or GELU.', 'nonlinearity'),
  entry('bias', 'Adds one learned constant to the output.', 'intercept offset'),
  entry('dotInteraction', 'Dot products of all pairs of vectors, as in DLRM.', 'dlrm inner pairwise'),
  entry('factorizationMachine', 'Sum of the dot products of all pairs of vectors.', 'fm deepfm second order'),
  entry('concat', 'Concatenates vectors into one.', 'join cat vectors side by side'),
  entry('sum', 'Adds vectors of equal width.', 'add plus'),
  entry(
    'loss',
    'The training objective. Every model ends with one.',
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
