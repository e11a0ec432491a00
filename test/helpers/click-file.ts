/** A file of synthetic clicks from which a model can learn something. */
import { writeFile } from 'node:fs/promises'

export async function writeClicks(path: string, rows: number): Promise<void> {
  let state = 1
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const lines = ['label,dense_hour,dense_price,sparse_user,sparse_item']
  for (let row = 0; row < rows; row++) {
    const [user, item, hour] = [Math.floor(random() ** 2 * 5000), Math.floor(random() ** 2 * 3000), random()]
    const clicked = (user % 7) + (item % 5) + hour * 4 > 6 + random() * 3
    lines.push(`${Number(clicked)},${hour.toFixed(4)},${random().toFixed(4)},u${user},i${item}`)
  }
  await writeFile(path, `${lines.join('\n')}\n`)
}
