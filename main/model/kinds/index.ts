/** All kinds of nodes, in the palette's order. A new kind is an entry of this list. */
import type { z } from 'zod'
import { activation } from './activation.ts'
import { bias } from './bias.ts'
import { biInteraction } from './bi-interaction.ts'
import { concat } from './concat.ts'
import { cross } from './cross.ts'
import { denseInput } from './dense-input.ts'
import { dotInteraction } from './dot-interaction.ts'
import { embedding } from './embedding.ts'
import { factorizationMachine } from './factorization-machine.ts'
import { linearTerm } from './linear-term.ts'
import { loss } from './loss.ts'
import { mlp } from './mlp.ts'
import type { NodeDefinition } from './node.ts'
import type { OperationDefinition } from './operation.ts'
import { sum } from './sum.ts'

const definitions = [
  denseInput,
  embedding,
  linearTerm,
  mlp,
  cross,
  activation,
  bias,
  dotInteraction,
  factorizationMachine,
  biInteraction,
  concat,
  sum,
  loss,
] as const

type Definition = (typeof definitions)[number]
type OperationOf<Each> =
  Each extends NodeDefinition<z.infer<Definition['schema']>, infer Operation> ? Operation : never

export type ModelNode = z.infer<Definition['schema']>
export type NodeKind = ModelNode['kind']
/** An operation of the plan without the id of its node. */
export type OperationOfKinds = OperationOf<Definition>

/** A definition whose node type is unknown to the compiler. */
type AnyDefinition = NodeDefinition<ModelNode, OperationOfKinds>
export const nodeDefinitions = definitions as unknown as readonly AnyDefinition[]

const byKind = new Map(nodeDefinitions.map((definition) => [definition.kind, definition]))
const operations = new Map(
  nodeDefinitions.flatMap((definition) =>
    Object.entries<unknown>(definition.operations).map(
      ([kind, operation]) => [kind, operation as OperationDefinition<OperationOfKinds>] as const,
    ),
  ),
)

export function nodeDefinition({ kind }: { kind: NodeKind }): AnyDefinition {
  const found = byKind.get(kind)
  if (!found) throw new Error(`There is no kind of node '${kind}'.`)
  return found
}

/** How an operation is read, costed and named. Its fields are those of its own kind. */
export function operationDefinition({
  kind,
}: {
  kind: OperationOfKinds['kind']
}): OperationDefinition<OperationOfKinds> {
  const found = operations.get(kind)
  if (!found) throw new Error(`There is no operation '${kind}'.`)
  return found
}
