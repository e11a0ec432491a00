/** Questions that a person has to answer before something goes on. One is on screen at a time; QuestionDialog shows it. */
import { shallowRef } from 'vue'

export interface Choice {
  /** What the question resolves to. */
  key: string
  text: string
  /** The one that Enter chooses; a danger is red and never chosen by Enter alone. */
  kind: 'primary' | 'danger' | 'plain'
}

export interface Question {
  title: string
  text: string
  /** In the order of the buttons, from left to right. */
  choices: readonly Choice[]
  /** What closing the dialog means. */
  otherwise: string
  /** Must be typed before a dangerous choice can be made. */
  typed?: { wanted: string; label: string }
}

interface Asked extends Question {
  answer: (key: string) => void
}

/** The question on screen. */
export const asked = shallowRef<Asked | null>(null)
const waiting: Asked[] = []

/** Resolves to the key of the choice. Questions come one after the other. */
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
