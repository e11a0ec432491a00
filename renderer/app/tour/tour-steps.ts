export interface TourStep {
  title: string
  text: string
  /** The test id of the control that the step points at. If it is not on screen, the step stands in the middle. */
  target: string
}

export const tourSteps: readonly TourStep[] = [
  {
    title: 'Home',
    text: 'What trains now, your latest runs, and what you could do next. In a new workspace it is the quick start: one click installs film ratings and trains a first model.',
    target: 'nav-home',
  },
  {
    title: 'Datasets',
    text: 'Import click data of your own and see what each column means, or install a sample. You can also drop files anywhere on the window.',
    target: 'nav-datasets',
  },
  {
    title: 'Models',
    text: 'Start from DLRM or another preset and change its sizes in a form, or draw any model on a canvas.',
    target: 'nav-models',
  },
  {
    title: 'Runs',
    text: 'A run trains one model on one dataset. Watch its curves while it trains, then select two runs and compare them.',
    target: 'nav-runs',
  },
  {
    title: 'Search',
    text: 'Finds any page, action, model, dataset or run by a few letters of its name.',
    target: 'open-palette',
  },
  {
    title: 'Help',
    text: 'Explains the page that you are on; F1 opens it, too. Press ? for all keyboard shortcuts. You find this tour again in the Help menu.',
    target: 'help-button',
  },
]
