import { requestFrame, type AnswerFrame } from '../contract/channel.ts'
import { StudioError, toErrorData, type ErrorData } from '../contract/errors.ts'
import { isLargerThan } from '../contract/message-size.ts'
import { MAX_REQUEST_BYTES, requests, type RequestName } from '../contract/requests.ts'
import { retryBusy } from '../../db/index.ts'
import { ConfirmedHosts } from './confirmed-hosts.ts'
import { GrantedFiles } from './granted-files.ts'
import type { Handlers } from './handlers.ts'

/** The maximum time for which a request waits while another process writes to the database. */
const MAX_DATABASE_WAIT_MS = 10_000

/** The number of messages that are handled at once. The shell sends fewer; further messages are refused. */
const MAX_CONCURRENT = 256

/**
 * Answers messages through `send`, a bounded number at a time. A further message is answered with Busy. A message
 * counts until its answer is sent, so that answers do not accumulate either.
 */
export function boundedDispatch(
  handlers: Handlers,
  send: (answer: AnswerFrame) => Promise<void>,
): (message: unknown) => Promise<void> {
  let open = 0
  return async (message) => {
    if (open >= MAX_CONCURRENT) {
      const id = (message as { id?: unknown } | null)?.id
      if (Number.isSafeInteger(id)) await send({ id: id as number, ok: false, error: busy })
      return
    }
    open++
    try {
      const answer = await dispatch(handlers, message)
      if (answer) await send(answer)
    } finally {
      open--
    }
  }
}

const busy: ErrorData = {
  code: 'Busy',
  message: 'The engine has too many pending requests. Try again in a moment.',
}

/**
 * Checks a message against the contract and has it answered. Never rejects. Returns null for what cannot be answered.
 */
export async function dispatch(handlers: Handlers, message: unknown): Promise<AnswerFrame | null> {
  const id = (message as { id?: unknown } | null)?.id
  if (!Number.isSafeInteger(id)) return null
  try {
    return { id: id as number, ok: true, body: await answer(handlers, message) }
  } catch (error) {
    return { id: id as number, ok: false, error: toErrorData(error) }
  }
}

async function answer(handlers: Handlers, message: unknown): Promise<unknown> {
  if (isLargerThan(message, MAX_REQUEST_BYTES)) {
    const limit = (MAX_REQUEST_BYTES / 1e6).toFixed(1)
    throw new StudioError('TooLarge', `A request must not be larger than ${limit} MB.`)
  }
  const { name, body, files, hosts } = requestFrame.parse(message)
  if (!Object.hasOwn(requests, name)) {
    throw new StudioError('UnknownRequest', `The engine does not know the request ${name}.`)
  }
  const known = name as RequestName
  // The schema and the handler belong to the same name, which TypeScript cannot follow through a union.
  const handle = handlers[known] as (body: unknown, files: GrantedFiles, hosts: ConfirmedHosts) => unknown
  const checked = requests[known].request.parse(body)
  const granted = new GrantedFiles(files ?? [])
  const confirmed = new ConfirmedHosts(hosts ?? [])
  // Each handler makes one change in one transaction, so a handler that found the database busy has changed nothing
  // yet.
  return retryBusy(MAX_DATABASE_WAIT_MS, () => handle(checked, granted, confirmed))
}
