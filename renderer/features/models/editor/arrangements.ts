/** The ways to align and distribute the chosen boxes that buttons and the command palette offer. */
import type { Alignment, Axis } from '../../../../main/model/editing/arrange.ts'

/** `path` draws an icon of 16 by 16 units. */
export const alignments: readonly { to: Alignment; name: string; path: string }[] = [
  { to: 'left', name: 'Align left', path: 'M2 1v14M4.5 3.5h9v3h-9zM4.5 9.5h5v3h-5z' },
  {
    to: 'center',
    name: 'Align centers',
    path: 'M8 1v2.5M8 6.5v3M8 12.5v2.5M3.5 3.5h9v3h-9zM5.5 9.5h5v3h-5z',
  },
  { to: 'right', name: 'Align right', path: 'M14 1v14M2.5 3.5h9v3h-9zM6.5 9.5h5v3h-5z' },
  { to: 'top', name: 'Align top', path: 'M1 2h14M3.5 4.5h3v9h-3zM9.5 4.5h3v5h-3z' },
  { to: 'middle', name: 'Align middles', path: 'M1 8h2.5M6.5 8h3M12.5 8H15M3.5 3.5h3v9h-3zM9.5 5.5h3v5h-3z' },
  { to: 'bottom', name: 'Align bottom', path: 'M1 14h14M3.5 2.5h3v9h-3zM9.5 6.5h3v5h-3z' },
]

export const distributions: readonly { axis: Axis; name: string; path: string }[] = [
  { axis: 'x', name: 'Distribute horizontally', path: 'M1.5 1v14M14.5 1v14M6 4h4v8H6z' },
  { axis: 'y', name: 'Distribute vertically', path: 'M1 1.5h14M1 14.5h14M4 6h8v4H4z' },
]
