/** Problems that differ in names alone, as one line each. */
import type { ModelProblem } from '../../../../main/model/document.ts'
import { listed } from '../../../../main/model/problem-list.ts'

export interface ProblemGroup {
  key: string
  severity: ModelProblem['severity']
  /** What all of them say, with the names of all. */
  message: string
  problems: ModelProblem[]
}

/** So many names of many are told. */
const MOST_NAMES = 3
/** "'a', 'b' and 3 more" is a list of any length, and a number is any number. */
const SLOT = /('[^']*'(?:, '[^']*')*(?: and \d+ more)?|\b\d[\d,.]*\b)/

/** In the order of each kind's first problem. */
export function problemGroups(problems: readonly ModelProblem[]): ProblemGroup[] {
  const byKind = Map.groupBy(
    problems,
    ({ severity, message }) => `${severity} ${literalsOf(message).join('…')}`,
  )
  return [...byKind].map(([key, alike]) => ({
    ...{ key, severity: alike[0]!.severity, problems: alike },
    message: united(alike.map(({ message }) => message)),
  }))
}

/** The parts of a message that are the same in all of its kind. */
const literalsOf = (message: string): string[] => message.split(SLOT).filter((_, at) => at % 2 === 0)

function united(messages: readonly string[]): string {
  const all = messages.map((message) => message.split(SLOT))
  return all[0]!
    .map((part, at) => {
      const values = [...new Set(all.map((parts) => parts[at] ?? ''))]
      if (at % 2 === 0 || values.length === 1) return part
      const names = values.flatMap((value) => /^'([^']*)'$/.exec(value)?.[1] ?? [])
      if (names.length === values.length) return listed(names, MOST_NAMES)
      const shown = values.slice(0, MOST_NAMES).join(', ')
      return values.length > MOST_NAMES ? `${shown} and others` : shown
    })
    .join('')
}
