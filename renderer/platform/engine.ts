/** The renderer's end of the one channel, which sends requests as plain data and receives answers or ErrorData. */
import { errorCode, type ErrorData } from '../../main/contract/errors.ts'
import type { EngineEvent, ShellEvent } from '../../main/contract/events.ts'
import type { RequestName, RequestOf, ResponseOf } from '../../main/contract/requests.ts'

/** Asks the engine. Rejects with ErrorData. Reactive objects are copied to plain ones, which can be cloned. */
export async function ask<Name extends RequestName>(
  name: Name,
  body: RequestOf<Name>,
): Promise<ResponseOf<Name>> {
  try {
    return await window.studio.request(name, JSON.parse(JSON.stringify(body)) as RequestOf<Name>)
  } catch (thrown) {
    throw asErrorData(thrown)
  }
}

/** Turns whatever was thrown into data that ErrorNotice can show. */
export function asErrorData(thrown: unknown): ErrorData {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
    const code = errorCode.safeParse((thrown as { code?: unknown }).code)
    if (code.success && !(thrown instanceof Error)) return thrown as ErrorData
    return { code: code.success ? code.data : 'Internal', message: String(thrown.message) }
  }
  return { code: 'Internal', message: String(thrown) }
}

/** Says whether the engine is being restarted. The banner shows that, and its listeners ask again by themselves. */
export function isEngineAway(thrown: unknown): boolean {
  return asErrorData(thrown).code === 'EngineGone'
}

type StudioEvent = EngineEvent | ShellEvent
type EventOf<Kind extends StudioEvent['kind']> = Extract<StudioEvent, { kind: Kind }>

/** Calls the listener for each event of one kind. Returns the function that stops it. */
export function on<Kind extends StudioEvent['kind']>(
  kind: Kind,
  listener: (event: EventOf<Kind>) => void,
): () => void {
  return window.studio.subscribe((event) => {
    if (event.kind === kind) listener(event as EventOf<Kind>)
  })
}
