/** Groups problems that differ only in names and numbers, so that each group is one line. */
import type { ModelProblem } from '../../../../main/model/document.ts'
import { listed } from '../../../../main/model/problem-list.ts'

export interface ProblemGroup {
  key: string
  severity: ModelProblem['severity']
  /** The message that all of them share, with the names of all. */
  message: string
  problems: ModelProblem[]
}

/** A message lists this many names at most. */
const MAX_NAMES = 3
/** Matches what may differ: a list of names such as "'a', 'b' and 3 more", or a number. */
const SLOT = /('[^']*'(?:, '[^']*')*(?: and \d+ more)?|\b\d[\d,.]*\b)/

/** Gives the groups in the order of their first problems. */
export function problemGroups(problems: readonly ModelProblem[]): ProblemGroup[] {
  const byKind = Map.groupBy(
    problems,
    ({ severity, message }) => `${severity} ${literalsOf(message).join('…')}`,
  )
  return [...byKind].map(([key, alike]) => ({
    key,
    severity: alike[0]!.severity,
    problems: alike,
    message: united(alike.map(({ message }) => message)),
  }))
}

/** Gives the text of a message between its slots, which is the same in all of its group. */
const literalsOf = (message: string): string[] => message.split(SLOT).filter((_, index) => index % 2 === 0)

function united(messages: readonly string[]): string {
  const all = messages.map((message) => message.split(SLOT))
  return all[0]!
    .map((text, index) => {
      const values = [...new Set(all.map((split) => split[index] ?? ''))]
      if (index % 2 === 0 || values.length === 1) return text
      const names = values.flatMap((value) => /^'([^']*)'$/.exec(value)?.[1] ?? [])
      if (names.length === values.length) return listed(names, MAX_NAMES)
      const shown = values.slice(0, MAX_NAMES).join(', ')
      return values.length > MAX_NAMES ? `${shown} and others` : shown
    })
    .join('')
}
