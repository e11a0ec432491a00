/** The keys of a drawing that has the focus. */
export const graphShortcuts = {
  choose: { keys: ['Enter', 'Space'], text: 'Show the focused node’s shapes and costs' },
  clear: { keys: ['Escape'], text: 'Choose no node' },
  fit: { keys: ['0'], text: 'Fit the drawing' },
  zoomIn: { keys: ['+', '='], text: 'Enlarge the drawing' },
  zoomOut: { keys: ['-'], text: 'Make the drawing smaller' },
}
