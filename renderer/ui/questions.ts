/** Questions that the user has to answer before something goes on. QuestionDialog shows one at a time. */
import { shallowRef } from 'vue'

export interface Choice {
  /** The question resolves to it. */
  key: string
  text: string
  /** Enter chooses the primary choice. A danger is red and never chosen by Enter alone. */
  kind: 'primary' | 'danger' | 'plain'
}

export interface Question {
  title: string
  text: string
  /** The choices in the order of their buttons, from left to right. */
  choices: readonly Choice[]
  /** The choice that closing the dialog means. */
  otherwise: string
  /** The user must type this before a dangerous choice. */
  typed?: { wanted: string; label: string }
}

interface Asked extends Question {
  answer: (key: string) => void
}

/** The question on screen. */
export const asked = shallowRef<Asked | null>(null)
const waiting: Asked[] = []

/** Asks a question after those asked before. Resolves to the key of the choice. */
export function askQuestion(question: Question): Promise<string> {
  return new Promise((resolve) => {
    waiting.push({ ...question, answer: resolve })
    if (asked.value === null) next()
  })
}

export function answerQuestion(key: string): void {
  const { value } = asked
  if (value === null) return
  next()
  value.answer(key)
}

function next(): void {
  asked.value = waiting.shift() ?? null
}
