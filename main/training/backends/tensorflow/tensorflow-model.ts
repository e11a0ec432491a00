/**
 * A model whose tables are in the addon and whose dense half is in TensorFlow. The addon's model has the whole plan:
 * dense parameters and their optimizer state are copied there to be read, saved and loaded, and to TensorFlow to be
 * trained.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import type {
  BatchArrays,
  LookedUpBatch,
  NativeBatchLoader,
  NativeModel,
  ParameterInfo,
  Quantisation,
} from '../../../../native/index.ts'
import { StudioError } from '../../../contract/errors.ts'
import type { OperationPhase } from '../../../contract/operations.ts'
import type { TrainingConfig } from '../../../contract/training.ts'
import { DENSE_PARAMETERS, LOSS, TABLES } from '../../../model/operation-names.ts'
import type { Plan } from '../../../model/plan-types.ts'
import type { BatchTrainer } from '../batch-trainer.ts'
import { clamped, meanLoss } from '../loss.ts'
import { createNativeModel, trainingSettings, type EngineSettings } from '../native/native-backend.ts'
import { denseParameters, predict, widthOf, type DenseInputs } from './dense-graph.ts'
import { stateNames, stepDense } from './dense-optimizer.ts'
import { loadTensorFlow, type TensorFlow, type TensorFlowSettings } from './load-tensorflow.ts'
import { withLossGradient } from './loss-gradient.ts'
import { tensorFlowOperation } from './ops/index.ts'
import type { StepClock } from './step-clock.ts'

interface DenseParameter {
  name: string
  shape: number[]
  weight: Tensor
  states: Tensor[]
  /** The sum over the batches of a step that is being accumulated. */
  gradient: Tensor | null
}

export class TensorFlowModel implements BatchTrainer {
  readonly #plan: Plan
  readonly #native: NativeModel
  readonly #tensorflow: TensorFlow
  #config: TrainingConfig | null = null
  #clock: StepClock | null = null
  /** By parameter index. It is set while TensorFlow has the newest values, and null while the addon has them. */
  #dense: Map<number, DenseParameter> | null = null

  /** Throws Unsupported for bf16, and whatever loadTensorFlow throws. */
  constructor(plan: Plan, settings: EngineSettings & TensorFlowSettings) {
    requirePrecision(settings.precision)
    this.#plan = plan
    this.#tensorflow = loadTensorFlow(settings)
    this.#native = createNativeModel(plan, settings)
  }

  /** The version of TensorFlow, and the device that it found. */
  library(): Pick<TensorFlow, 'version' | 'device'> {
    const { version, device } = this.#tensorflow
    return { version, device }
  }

  parameters(): ParameterInfo[] {
    return this.#native.parameters()
  }

  initialize(seed: number): void {
    this.#toNative()
    this.#native.initialize(seed)
  }

  setParameter(name: string, values: Float32Array): void {
    this.#toNative()
    this.#native.setParameter(name, values)
  }

  getParameter(name: string): Float32Array {
    this.#toNative()
    return this.#native.getParameter(name)
  }

  configure(config: TrainingConfig): void {
    this.#toNative()
    this.#native.configureTraining(trainingSettings(config))
    this.#config = config
  }

  stepCount(): number {
    return this.#native.stepCount()
  }

  memoryBytes(): number {
    return this.#native.memoryBytes()
  }

  /** Sets the clock that times each operation of a training step, or null to stop timing. */
  setClock(clock: StepClock | null): void {
    this.#clock = clock
  }

  /** The addon's model with all trained values. Changes to it are changes to this model. */
  engineModel(): NativeModel {
    this.#toNative()
    return this.#native
  }

  trainBatch(batch: BatchArrays, learningRateScale: number): number {
    const lookedUp = this.#timed(TABLES, 'forward', () => this.#native.lookUp(batch, true))
    return this.#train(lookedUp, learningRateScale)
  }

  /** One step on the loader's next batch, or null if there is none. */
  async trainNext(loader: NativeBatchLoader, learningRateScale: number): Promise<number | null> {
    const batch = await this.#native.lookUpNext(loader, true)
    return batch && this.#train(batch, learningRateScale)
  }

  predictBatch(batch: BatchArrays): Float32Array {
    return this.#predict(this.#native.lookUp(batch, false))
  }

  /**
   * The predictions and labels of each of the loader's batches. Nothing is updated in between, so the next batch's rows
   * are looked up while TensorFlow computes.
   */
  async *predictAll(
    loader: NativeBatchLoader,
  ): AsyncGenerator<{ predictions: Float32Array; labels: Float32Array }> {
    this.#toTensorFlow()
    for (let batch = await this.#native.lookUpNext(loader, false); batch !== null;) {
      const following = this.#native.lookUpNext(loader, false)
      yield { predictions: this.#predict(batch), labels: batch.labels }
      batch = await following
    }
  }

  save(path: string): Promise<{ bytes: number; sha256: string }> {
    this.#toNative()
    return this.#native.save(path, '{}', true)
  }

  async load(path: string, stepCount: number): Promise<void> {
    this.#toNative()
    await this.#native.load(path, true)
    this.#native.setStepCount(stepCount)
  }

  /** The addon's model with compact parameters, with which only it can predict. */
  async quantised(quantisation: Quantisation): Promise<NativeModel> {
    this.#toNative()
    await this.#native.quantise(JSON.stringify(quantisation))
    return this.#native
  }

  #train(batch: LookedUpBatch, scale: number): number {
    const config = this.#config
    if (!config) throw new StudioError('InvalidState', 'Training is not configured.')
    const { tf } = this.#tensorflow
    const dense = this.#toTensorFlow()
    const { loss } = this.#plan
    const indices = [...dense.keys()]
    // tfjs searches everything that a tidied function returns for tensors, element by element, so arrays are returned
    // by other means.
    let predictions: Float32Array = new Float32Array(0)
    let pooledGradient: Float32Array = new Float32Array(0)
    const gradients = tf.tidy(() => {
      const inputs = this.#inputs(batch, true)
      const labels = tf.tensor2d(batch.labels, [batch.size, 1])
      const ofWeights = inputs.pooled ? [inputs.pooled] : []
      const variables = [...ofWeights, ...[...dense.values()].map(({ weight }) => weight)]
      const forward = (...given: Tensor[]): Tensor => {
        const weights = given.slice(ofWeights.length)
        const parameters = new Map(indices.map((index, at) => [index, weights[at] as Tensor]))
        const pooled = inputs.pooled ? (given[0] as Tensor) : null
        const prediction = predict(tf, this.#plan, { ...inputs, pooled, parameters }, this.#clock)
        const withLoss = (): Tensor => withLossGradient(tf, loss, prediction, labels)
        return this.#clock ? this.#clock.operation(tf, LOSS, withLoss) : withLoss()
      }
      const { value, grads } = tf.valueAndGrads(forward)(variables, tf.ones([batch.size, 1]))
      predictions = floats(value)
      if (inputs.pooled) pooledGradient = floats(grads[0])
      return grads.slice(ofWeights.length)
    })
    this.#accumulate(dense, gradients)
    const { due, accumulated, squaredNorm } = this.#timed(TABLES, 'backward', () =>
      this.#native.collectGradients(pooledGradient, batch.last),
    )
    if (due) {
      const clip = this.#clipFactor(dense, config.gradientClipNorm, squaredNorm, accumulated)
      this.#update(dense, config, scale, clip / accumulated)
    }
    return this.#timed(LOSS, 'forward', () => meanLoss(loss, predictions, batch.labels))
  }

  #inputs(batch: LookedUpBatch, training: boolean): Omit<DenseInputs, 'parameters'> {
    const { tf } = this.#tensorflow
    const { size, dense, pooled } = batch
    const masks = new Map<number, Tensor2D>()
    for (const [index, operation] of this.#plan.operations.entries()) {
      if (training && tensorFlowOperation(operation).masked) {
        masks.set(
          index,
          tf.tensor2d(this.#native.dropoutMask(index), [size, widthOf(this.#plan, operation.output)]),
        )
      }
    }
    return {
      dense: dense.length > 0 ? tf.tensor2d(dense, [size, dense.length / size]) : null,
      pooled: pooled.length > 0 ? tf.tensor2d(pooled, [size, pooled.length / size]) : null,
      masks,
    }
  }

  #predict(batch: LookedUpBatch): Float32Array {
    const { tf } = this.#tensorflow
    const { loss } = this.#plan
    let predictions: Float32Array = new Float32Array(0)
    const parameters = new Map([...this.#toTensorFlow()].map(([index, { weight }]) => [index, weight]))
    tf.tidy(() => {
      predictions = floats(predict(tf, this.#plan, { ...this.#inputs(batch, false), parameters }))
    })
    return loss.clamp === 0 ? predictions : predictions.map((prediction) => clamped(loss, prediction))
  }

  /** Takes over a batch's gradients and adds them to the accumulated ones. */
  #accumulate(dense: Map<number, DenseParameter>, gradients: Tensor[]): void {
    for (const [at, parameter] of [...dense.values()].entries()) {
      const gradient = gradients[at] as Tensor
      if (!parameter.gradient) {
        parameter.gradient = gradient
        continue
      }
      const sum = parameter.gradient.add(gradient)
      parameter.gradient.dispose()
      gradient.dispose()
      parameter.gradient = sum
    }
  }

  /** PyTorch's clip_grad_norm_ over tables and dense parameters together. */
  #clipFactor(
    dense: Map<number, DenseParameter>,
    limit: number,
    squaredNormOfTables: number,
    accumulated: number,
  ): number {
    if (limit === 0) return 1
    const { tf } = this.#tensorflow
    const squares = tf.tidy(() => {
      const sums = [...dense.values()].map(({ gradient }) => tf.sum(tf.square(gradient as Tensor)))
      return sums.reduce((sum, tensor) => sum + (floats(tensor)[0] ?? 0), squaredNormOfTables)
    })
    return Math.min(limit / (Math.sqrt(squares) / accumulated + 1e-6), 1)
  }

  #update(
    dense: Map<number, DenseParameter>,
    config: TrainingConfig,
    scale: number,
    gradientScale: number,
  ): void {
    const { tf } = this.#tensorflow
    this.#timed(TABLES, 'update', () => this.#native.updateTables(scale, gradientScale))
    const step = { settings: config.dense, scale, gradientScale, count: this.#native.stepCount() }
    this.#timed(DENSE_PARAMETERS, 'update', () => {
      for (const parameter of dense.values()) {
        const { weight, gradient, states } = parameter
        const after = tf.tidy(() => stepDense(tf, step, weight, gradient as Tensor, states))
        tf.dispose([weight, gradient as Tensor, ...states])
        Object.assign(parameter, { ...after, gradient: null })
      }
    })
  }

  #timed<Result>(name: string, phase: OperationPhase, work: () => Result): Result {
    return this.#clock ? this.#clock.time(name, phase, work) : work()
  }

  /** The dense parameters in TensorFlow. They are uploaded if they are not there. */
  #toTensorFlow(): Map<number, DenseParameter> {
    if (this.#dense) return this.#dense
    const { tf } = this.#tensorflow
    const names = this.#config ? stateNames(this.#config.dense.kind) : []
    const infos = this.#native.parameters()
    const upload = (index: number): [number, DenseParameter] => {
      const { name, shape } = infos[index] as ParameterInfo
      const weight = tf.tensor(this.#native.getParameter(name), shape)
      const states = names.map((state) => tf.tensor(this.#native.getState(`${name}/${state}`), shape))
      for (const tensor of [weight, ...states]) tf.keep(tensor)
      return [index, { name, shape, weight, states, gradient: null }]
    }
    this.#dense = new Map(denseParameters(this.#plan).map(upload))
    return this.#dense
  }

  /** Copies the dense parameters that TensorFlow has trained back to the addon's model and frees them in TensorFlow. */
  #toNative(): void {
    if (!this.#dense) return
    const names = this.#config ? stateNames(this.#config.dense.kind) : []
    for (const { name, weight, states, gradient } of this.#dense.values()) {
      this.#native.setParameter(name, floats(weight))
      for (const [at, state] of states.entries()) this.#native.setState(`${name}/${names[at]}`, floats(state))
      this.#tensorflow.tf.dispose([weight, ...states, ...(gradient ? [gradient] : [])])
    }
    this.#dense = null
  }
}

/** Throws Unsupported for every precision except fp32. */
export function requirePrecision(precision: TrainingConfig['precision']): void {
  if (precision === 'fp32') return
  throw new StudioError(
    'Unsupported',
    'The TensorFlow backend only computes in fp32: use the native backend for bf16.',
    {
      field: 'config.precision',
    },
  )
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!tensor) throw new StudioError('Internal', 'TensorFlow returned no tensor.')
  return tensor.dataSync<'float32'>()
}
