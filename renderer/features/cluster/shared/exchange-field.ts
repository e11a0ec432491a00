/** The choice of how ranks exchange pooled rows. */
import type { FormField } from '../../../ui/form-field.ts'

export const exchangeField: FormField = {
  path: 'exchange',
  name: 'Exchange of pooled rows',
  hint: 'The same losses in different times.',
  control: 'choice',
  options: [
    { value: 'all-to-all', text: 'All-to-all' },
    { value: 'fused-scatter', text: 'One scatter for each rank' },
    { value: 'scatter', text: 'One scatter for each table' },
  ],
}
