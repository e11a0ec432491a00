/** Generated from the Rust sources by `npm run generate`: do not edit. Change the types and their comments there. */

/**
 * What kind of failure an error of the addon is.
 */
export type NativeErrorCode =
  | 'InvalidArgument'
  | 'InvalidPlan'
  | 'InvalidState'
  | 'NotFound'
  | 'Io'
  | 'DiskFull'
  | 'Corrupt'
  | 'Cancelled'
  | 'TooManyRejectedRows'
  | 'Internal'
