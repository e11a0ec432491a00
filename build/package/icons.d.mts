export const PNG_SIZES: readonly number[]
export function writeIcons(folder: string): string
