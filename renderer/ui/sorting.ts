export interface Sorting<Key extends string> {
  key: Key
  descending: boolean
}

const byText = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Sorts a copy. Numbers go by size, and text as people count (I2 before I10). Rows without a value always come last. */
export function sortedBy<Item>(
  items: readonly Item[],
  valueOf: (item: Item) => string | number | null,
  descending: boolean,
): Item[] {
  const sign = descending ? -1 : 1
  const keyed = items.map((item) => ({ item, value: valueOf(item) }))
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
    if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value)
    return sign * byText.compare(String(a.value), String(b.value))
  })
  return keyed.map(({ item }) => item)
}
