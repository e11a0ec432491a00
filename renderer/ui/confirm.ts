import { ElMessage, ElMessageBox } from 'element-plus'
import { asErrorData } from '../app/engine.ts'

/** Asks before something that cannot be undone; true where the user agreed. */
export async function confirmed(title: string, text: string, action: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, {
      confirmButtonText: action,
      cancelButtonText: 'Keep',
      confirmButtonClass: 'confirm-action',
      type: 'warning',
      autofocus: false,
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
