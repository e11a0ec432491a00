/** Lines of a file of clicks. `change` may damage a row, counted from 0. */
export function clickRows(rows: number, change: (fields: string[], row: number) => string[]): string {
  const lines = ['clicked,age,city,tags,when']
  for (let row = 0; row < rows; row++) {
    const fields = [
      String(row % 3 === 0 ? 1 : 0),
      String(18 + ((row * 7) % 50)),
      ['Paris', 'Rome', 'Oslo', ''][row % 4]!,
      ['news|sport', 'music|news', 'sport|music', 'news|sport|music'][row % 4]!,
      String(1_700_000_000 + row * 60),
    ]
    lines.push(change(fields, row).join(','))
  }
  return `${lines.join('\n')}\n`
}
