/** Collects a document's problems. */
import type { NodeProblems } from './kinds/node.ts'

/** A problem of a document, with the node and, if there is one, the field that it concerns. */
export interface ModelProblem {
  severity: 'error' | 'warning'
  /** null for the document as a whole. */
  node: string | null
  /** The path inside the node, such as `widths.1` or `inputs.vectors`. */
  field: string | null
  /** What is wrong and what to do. */
  message: string
}

export class ProblemList {
  readonly all: ModelProblem[] = []

  /** `node` is null for the document as a whole. The message says what is wrong and what to do. */
  error(node: string | null, field: string | null, message: string): void {
    this.all.push({ severity: 'error', node, field, message })
  }

  warning(node: string | null, field: string | null, message: string): void {
    this.all.push({ severity: 'warning', node, field, message })
  }

  /** The checks of one node's kind report their problems here. */
  of(node: string): NodeProblems {
    return {
      error: (field, message) => this.error(node, field, message),
      warning: (field, message) => this.warning(node, field, message),
    }
  }

  /** The ids of nodes with an error. */
  faulty(): Set<string> {
    return new Set(
      this.all.flatMap(({ severity, node }) => (severity === 'error' && node !== null ? [node] : [])),
    )
  }
}

/** A list for a sentence, such as "'a', 'b' and 3 more". */
export function listed(names: string[], limit = 5): string {
  const shown = names.slice(0, limit).map((name) => `'${name}'`)
  const rest = names.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** The values that occur more than once, each of them once. */
export function duplicates(values: string[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const value of values) {
    if (seen.has(value)) twice.add(value)
    seen.add(value)
  }
  return [...twice]
}
