/**
 * Runs as the engine process and the command line steer them: start, pause, resume, stop, remove. Every run trains
 * in a process of its own; this side writes the database and tells what is new.
 */
import type { StudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import type { RunSummary } from '../contract/runs.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { ModelDocument } from '../model/document.ts'

export interface RunServiceOptions {
  /** The workspace folder. */
  workspace: string
  database: StudioDatabase
  origin: 'window' | 'cli'
  /** Called at most ten times a second for each run. */
  onEvent: (event: EngineEvent) => void
}

export interface StartRequest {
  name?: string
  /** Folder name in datasets/. */
  dataset: string
  model: ModelDocument
  config: TrainingConfig
  /** A safetensors file with every parameter by its reference name, instead of a draw from the seed. */
  initialParameters?: string
}

/** All failures are StudioErrors. */
export interface RunSteering {
  /** Checks model, dataset and settings, stores the run and starts its trainer. */
  start(request: StartRequest): Promise<RunSummary>
  /** Saves a checkpoint and holds. Another process's run: leaves the request for its owner. */
  pause(id: string): Promise<void>
  /** Continues a paused run, or takes over a stopped, interrupted or failed one from its last checkpoint. */
  resume(id: string): Promise<void>
  /** Saves a checkpoint and ends the run as stopped. */
  stop(id: string): Promise<void>
  /** Deletes an ended run with its checkpoints; InvalidState while it runs. */
  remove(id: string): Promise<void>
  /** The summary once the run has ended (completed, stopped, failed or interrupted). */
  waitForEnd(id: string): Promise<RunSummary>
  /** Stops what runs here, waiting for the checkpoints, and ends all timers. */
  close(): Promise<void>
}
