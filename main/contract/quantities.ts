/** Sizes and shares as messages and the command line write them. */

/** Decimal: 12 bytes, 50 kB, 1.2 MB. */
export function byteText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`
}

/** A share from 0 to 1, with one decimal: 12.5 %. */
export const percentText = (share: number): string => `${(share * 100).toFixed(1)} %`
