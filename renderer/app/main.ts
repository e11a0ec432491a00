import './jitless.ts'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './theme.css'
import App from './App.vue'
import { router } from './router.ts'
import { startTheme } from './theme.ts'

startTheme()
createApp(App).use(createPinia()).use(router).mount('#app')
