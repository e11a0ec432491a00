/** All operations of plans in tfjs. A new operation needs an entry in this table. */
import type { PlanOperation } from '../../../../model/plan-types.ts'
import { activation } from './activation.ts'
import { bias } from './bias.ts'
import { biInteraction } from './bi-interaction.ts'
import { concat } from './concat.ts'
import { crossV1 } from './cross-v1.ts'
import { crossV2 } from './cross-v2.ts'
import { denseInput } from './dense-input.ts'
import { dot } from './dot.ts'
import { dropout } from './dropout.ts'
import { embeddingBag } from './embedding-bag.ts'
import { factorizationMachine } from './factorization-machine.ts'
import { linear } from './linear.ts'
import { multiply } from './multiply.ts'
import type { TensorFlowOperation } from './operation.ts'
import { sum } from './sum.ts'

const operations: {
  [Kind in PlanOperation['kind']]: TensorFlowOperation<Extract<PlanOperation, { kind: Kind }>>
} = {
  activation,
  biInteraction,
  bias,
  concat,
  crossV1,
  crossV2,
  denseInput,
  dot,
  dropout,
  embeddingBag,
  factorizationMachine,
  linear,
  multiply,
  sum,
}

export function tensorFlowOperation({ kind }: PlanOperation): TensorFlowOperation<PlanOperation> {
  return operations[kind]
}
