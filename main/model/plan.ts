/** From a model document and a dataset's columns to the execution plan. */
import { checkDocument } from './check.ts'
import type { BoundColumns, ModelDocument, ModelProblem } from './document.ts'
import { lossesOf, nodesById, orderFrom, sourcesOf } from './graph.ts'
import { planLoss } from './kinds/loss.ts'
import { PlanBuilder } from './plan-builder.ts'
import type { Plan } from './plan-types.ts'

/** A document that cannot run, with all that is wrong. Its message is the first error. */
export class ModelError extends Error {
  readonly code = 'InvalidModel'
  readonly problems: ModelProblem[]

  constructor(problems: ModelProblem[]) {
    super(problemText(problems[0]))
    this.name = 'ModelError'
    this.problems = problems
  }
}

/** One line for a person: the node and field, then what is wrong and what to do. */
export function problemText(problem: ModelProblem | undefined): string {
  if (!problem) return 'The model is not valid.'
  const { node, field, message } = problem
  const place = [node, field].filter((part) => part !== null).join('.')
  return place ? `${place}: ${message}` : message
}

/**
 * Compiles a document. The plan does not depend on the order or, but for names, the ids of its nodes: it follows the
 * loss's inputs, and tables come in the order of the dataset's columns. Nodes that do not lead to the loss are left
 * out. Throws ModelError where checkDocument finds errors.
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
