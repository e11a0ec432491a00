/** Compiles a model document and a dataset's columns into the execution plan. */
import { checkDocument } from './check.ts'
import type { BoundColumns, ModelDocument, ModelProblem } from './document.ts'
import { lossesOf, nodesById, orderFrom, sourcesOf } from './graph.ts'
import { planLoss } from './kinds/loss.ts'
import { PlanBuilder } from './plan-builder.ts'
import type { Plan } from './plan-types.ts'

/** A document that cannot run, with all of its problems. The message is the first error. */
export class ModelError extends Error {
  readonly code = 'InvalidModel'
  readonly problems: ModelProblem[]

  constructor(problems: ModelProblem[]) {
    super(problemText(problems[0]))
    this.name = 'ModelError'
    this.problems = problems
  }
}

/** A problem as one line for a person: the node and field, then what is wrong and what to do. */
export function problemText(problem: ModelProblem | undefined): string {
  if (!problem) return 'The model is not valid.'
  const { node, field, message } = problem
  const location = [node, field].filter((item) => item !== null).join('.')
  return location ? `${location}: ${message}` : message
}

/**
 * Compiles a document. The plan depends neither on the order of the nodes nor, except for names, on their ids, because
 * it follows the loss's inputs and orders tables by the dataset's columns. Nodes that do not lead to the loss are left
 * out. Throws ModelError if checkDocument finds errors.
 */
export function compilePlan(document: ModelDocument, columns: BoundColumns): Plan {
  const errors = checkDocument(document, columns).problems.filter(({ severity }) => severity === 'error')
  const [loss] = lossesOf(document)
  if (errors.length > 0 || !loss) throw new ModelError(errors)
  const builder = new PlanBuilder(columns)
  const values = new Map<string, number>()
  for (const node of orderFrom([loss], nodesById(document)).nodes) {
    const inputs = sourcesOf(node).map((id) => values.get(id) ?? -1)
    values.set(node.id, builder.lower(node, inputs))
  }
  return builder.finish(planLoss(loss, values.get(loss.id) ?? -1))
}
