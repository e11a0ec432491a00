/** Makes what several tests of a file share when the first of them needs it, so that each passes alone and in any order. */
export function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => (made ??= make())
}
