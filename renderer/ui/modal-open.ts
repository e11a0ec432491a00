/** Whether a dialog waits for an answer, and nothing else may come between; one that fades away waits no more. */
export function modalOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"], dialog[open]')].some(
    (dialog) => dialog.checkVisibility() && !dialog.closest('[class*="-leave-active"]'),
  )
}
