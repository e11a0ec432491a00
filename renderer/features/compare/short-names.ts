/** Shorter beginnings are worth reading each time. */
const MIN_PREFIX = 6

/**
 * Leaves out the words that all names begin with, so that little room shows what differs: "DLRM, seed 1" and
 * "DLRM, seed 2" become "…seed 1" and "…seed 2". The last shared word stays, because it says what the differing word is.
 * Names of up to `longest` characters stay as they are.
 */
export function shortNames(names: readonly string[], longest: number): string[] {
  const [first = ''] = names
  if (names.length < 2 || names.every((name) => name.length <= longest)) return [...names]
  let shared = 0
  while (shared < first.length && names.every((name) => name[shared] === first[shared])) shared++
  const words = [...first.matchAll(/[\s,;:/_-]+(?=\S)/g)].map(({ index, 0: gap }) => index + gap.length)
  const cut = words.filter((begin) => begin <= shared).at(-2) ?? 0
  return cut < MIN_PREFIX ? [...names] : names.map((name) => `…${name.slice(cut)}`)
}
