import type { RunningApp } from './app.ts'

/** Makes the window's content so large; a window smaller than the app allows is allowed here. */
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
