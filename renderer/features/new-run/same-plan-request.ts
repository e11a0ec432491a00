/** Whether two requests for a plan have the same answer: the same tables on the same hosts with the same settings. */
import type { RequestOf } from '../../../main/contract/requests.ts'

type PlanRequest = RequestOf<'cluster.plan'> | null

export function samePlanRequest(one: PlanRequest, other: PlanRequest): boolean {
  if (one === null || other === null) return one === other
  // Documents are replaced and never changed, and a large one takes long to compare.
  const { model, ...rest } = one
  const { model: otherModel, ...otherRest } = other
  return model === otherModel && JSON.stringify(rest) === JSON.stringify(otherRest)
}
