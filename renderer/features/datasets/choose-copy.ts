/** Asks for the wheel or a zip of MovieLens 100K. Returns its handle, or null if the user cancels. */
export async function chooseMovieLensCopy(): Promise<string | null> {
  const files = await window.studio.chooseFiles({
    purpose: 'installSample',
    title: 'Choose a copy of MovieLens 100K',
    many: false,
    extensions: ['whl', 'zip'],
  })
  return files?.[0]?.handle ?? null
}
