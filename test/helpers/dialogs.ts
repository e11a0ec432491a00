/** The system's dialogs cannot be driven, so the shell is given their answers. */
import type { RunningApp } from './app.ts'

/** From now on the user chooses these files whenever the app asks for files to open. */
export const answerOpenDialog = ({ app }: RunningApp, ...paths: string[]): Promise<void> =>
  app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths })
  }, paths)

/** From now on the user chooses this file whenever the app asks where to save. */
export const answerSaveDialog = ({ app }: RunningApp, path: string): Promise<void> =>
  app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, path)

/** From now on the user chooses the next of these files or folders each time the app asks for one to open. */
export const answerOpenDialogs = ({ app }: RunningApp, paths: string[]): Promise<void> =>
  app.evaluate(({ dialog }, each) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: each.splice(0, 1) })
  }, paths)
