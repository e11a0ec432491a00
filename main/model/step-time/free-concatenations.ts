/**
 * Which concatenations cost nothing in the native engine, because their inputs are written directly into the output.
 */
import type { Plan } from '../plan-types.ts'

/** Indices of operations. The rule is that of native/engine's layout. */
export function freeConcatenations(plan: Plan): Set<number> {
  const placed = new Set<number>()
  const free = new Set<number>()
  plan.operations.forEach((operation, index) => {
    if (operation.kind !== 'concat' || placed.has(operation.output)) return
    const distinct = new Set(operation.inputs)
    if (distinct.size < operation.inputs.length || operation.inputs.some((input) => placed.has(input))) return
    for (const value of [...operation.inputs, operation.output]) placed.add(value)
    free.add(index)
  })
  return free
}
