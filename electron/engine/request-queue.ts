import { messageBytes } from '../../main/contract/message-size.ts'
import { MAX_REQUEST_BYTES } from '../../main/contract/requests.ts'
import type { RequestFrame } from '../../main/contract/channel.ts'

/** The number of requests that the engine handles at once; most take a millisecond. */
const MAX_CONCURRENT = 64
const MAX_WAITING = 1000
/** The bytes of requests that the engine has, and of those that wait. */
const MAX_BYTES = 4 * MAX_REQUEST_BYTES

interface Waiting {
  frame: RequestFrame
  bytes: number
}

/**
 * Sends requests to the engine in their order, a bounded number at a time. However many a page sends, neither process
 * holds more of them than this.
 */
export class RequestQueue {
  readonly #send: (frame: RequestFrame) => void
  readonly #withEngine = new Map<number, number>()
  readonly #waiting: Waiting[] = []
  #engineBytes = 0
  #waitingBytes = 0

  constructor(send: (frame: RequestFrame) => void) {
    this.#send = send
  }

  /** Returns false if a request is refused because too many are waiting already. */
  add(frame: RequestFrame): boolean {
    const bytes = messageBytes(frame, MAX_REQUEST_BYTES)
    if (this.#waiting.length === 0 && this.#hasRoom(bytes)) {
      this.#hand(frame, bytes)
      return true
    }
    if (this.#waiting.length >= MAX_WAITING || this.#waitingBytes + bytes > MAX_BYTES) return false
    this.#waiting.push({ frame, bytes })
    this.#waitingBytes += bytes
    return true
  }

  /** The engine has answered a request, so another one can be sent. */
  answered(id: number): void {
    const bytes = this.#withEngine.get(id)
    if (bytes === undefined) return
    this.#withEngine.delete(id)
    this.#engineBytes -= bytes
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#waitingBytes -= next.bytes
      this.#hand(next.frame, next.bytes)
    }
  }

  /** The engine is gone, and all requests that were sent or waiting are gone with it. */
  clear(): void {
    this.#withEngine.clear()
    this.#waiting.length = 0
    this.#engineBytes = 0
    this.#waitingBytes = 0
  }

  #hasRoom(bytes: number): boolean {
    if (this.#withEngine.size === 0) return true
    return this.#withEngine.size < MAX_CONCURRENT && this.#engineBytes + bytes <= MAX_BYTES
  }

  #hand(frame: RequestFrame, bytes: number): void {
    this.#withEngine.set(frame.id, bytes)
    this.#engineBytes += bytes
    this.#send(frame)
  }
}
