/** The texts that stand for a missing value besides the empty field, unless an import says otherwise. */
export const DEFAULT_MISSING_VALUES = [
  ...['NaN', 'nan', 'NAN', 'Nan', '-NaN', '-nan', 'NaT', 'NA', 'Na', 'na', '<NA>', '<na>'],
  ...['N/A', 'n/a', 'N/a', 'n.a.', 'N.A.', '#N/A', '#n/a', '#NA', '#NULL!', '#DIV/0!'],
  ...['1.#QNAN', '-1.#QNAN', '1.#IND', '-1.#IND'],
  ...['NULL', 'Null', 'null', '<null>', '(null)', 'nil', 'Nil', 'NIL', 'None', 'none', 'NONE'],
  ...['missing', 'Missing', 'MISSING', 'undefined', '\\N', '-', '--', '–', '—', '?', '??', '.'],
]

/** Empty if the field is blank or stands for a missing value. */
export function presentValue(field: string, missingValues: readonly string[]): string {
  const text = field.trim()
  return text === '' || missingValues.includes(text) ? '' : field
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
