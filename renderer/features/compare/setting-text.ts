/** Writes a setting's value for a cell of the table. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item === 'number')
    return value.length === 0 ? 'none' : value.map(settingText).join(plain ? '-' : ', ')
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
