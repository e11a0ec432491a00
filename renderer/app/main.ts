import './jitless.ts'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './theme.css'
import './elements.css'
import './patterns.css'
import './tables.css'
import './density.css'
import App from './App.vue'
import { router } from './router.ts'
import { startTitle } from './window-title.ts'
import { startDensity } from '../platform/density.ts'
import { startTheme } from '../platform/theme.ts'

startTheme()
startDensity()
const app = createApp(App)
/** Reports errors of what is around the page, while the rest of the window goes on. */
app.config.errorHandler = (thrown) => console.error(thrown)
app.use(createPinia()).use(router)
startTitle()
app.mount('#app')
