import type { RunningApp } from './app.ts'

/** Resizes the window's content, also to sizes below the app's minimum. */
export async function setWindowSize(
  { app, window }: RunningApp,
  width: number,
  height: number,
): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [wide, high]) => {
      const [own] = BrowserWindow.getAllWindows()
      own!.setContentSize(wide, high)
    },
    [width, height] as const,
  )
  await window.waitForFunction(([wide, high]) => innerWidth === wide && innerHeight === high, [
    width,
    height,
  ] as const)
}
