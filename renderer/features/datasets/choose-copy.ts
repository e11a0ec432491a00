/** Asks for the wheel, a zip or one of the files of MovieLens-100K; null where the user cancelled. */
export async function chooseMovieLensCopy(): Promise<string | null> {
  const files = await window.studio.chooseFiles({
    title: 'Choose a copy of MovieLens-100K',
    many: false,
    extensions: ['whl', 'zip'],
  })
  return files?.[0] ?? null
}
