/** The extensions of files that can be imported. */
export const DATA_EXTENSIONS = ['csv', 'tsv', 'txt', 'gz'] as const
