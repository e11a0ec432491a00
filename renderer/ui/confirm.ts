import { ElMessage, ElMessageBox } from 'element-plus'
import { asErrorData } from '../app/engine.ts'

/** Asks before something that cannot be undone; true where the user agreed. */
export async function confirmed(
  title: string,
  text: string,
  action: string,
  otherwise = 'Keep',
): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, {
      confirmButtonText: action,
      cancelButtonText: otherwise,
      confirmButtonClass: 'confirm-action',
      type: 'warning',
      autofocus: false,
      // The page that is being left asks: its address has changed already when the user went back.
      closeOnHashChange: false,
    })
    return true
  } catch {
    return false
  }
}

/** Runs an action of a button; tells its failure in a message and gives false. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (thrown) {
    ElMessage({ type: 'error', message: asErrorData(thrown).message, duration: 8000, showClose: true })
    return false
  }
}
