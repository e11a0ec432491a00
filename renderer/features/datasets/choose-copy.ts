/** Asks for the wheel or a zip of MovieLens 100K and gives its handle; null where the user cancelled. */
export async function chooseMovieLensCopy(): Promise<string | null> {
  const files = await window.studio.chooseFiles({
    purpose: 'installSample',
    title: 'Choose a copy of MovieLens 100K',
    many: false,
    extensions: ['whl', 'zip'],
  })
  return files?.[0]?.handle ?? null
}
