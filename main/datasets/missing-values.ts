/** What stands for a missing value beside the empty field, unless an import says otherwise. */
export const DEFAULT_MISSING_VALUES = [
  ...['NaN', 'nan', 'NAN', 'NA', 'N/A', 'n/a', '#N/A', '#NA', '<NA>'],
  ...['NULL', 'Null', 'null', 'None', 'none', '\\N', '-', '?'],
]

/** Empty where the field stands for a missing value. */
export function presentValue(field: string, missingValues: readonly string[]): string {
  return missingValues.includes(field.trim()) ? '' : field
}

/** How often each of the texts stands for a missing value, in the order of the list. */
export function countMissing(
  fields: readonly string[],
  missingValues: readonly string[],
): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const field of fields) {
    const text = field.trim()
    if (text !== '' && missingValues.includes(text)) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].map(([value, count]) => ({ value, count }))
}
