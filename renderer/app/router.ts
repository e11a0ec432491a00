import { createRouter, createWebHashHistory } from 'vue-router'
import ComparePage from '../features/compare/ComparePage.vue'
import DatasetPage from '../features/datasets/DatasetPage.vue'
import DatasetsPage from '../features/datasets/DatasetsPage.vue'
import ImportPage from '../features/datasets/ImportPage.vue'
import DesignerPage from '../features/models/DesignerPage.vue'
import ModelsPage from '../features/models/ModelsPage.vue'
import NewRunPage from '../features/new-run/NewRunPage.vue'
import QuickStartPage from '../features/quick-start/QuickStartPage.vue'
import RunPage from '../features/run/RunPage.vue'
import RunsPage from '../features/runs/RunsPage.vue'
import SettingsPage from '../features/settings/SettingsPage.vue'

/** Hash history: the window's own scheme serves files, not routes. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'home', component: QuickStartPage, meta: { title: 'Start' } },
    { path: '/datasets', name: 'datasets', component: DatasetsPage, meta: { title: 'Datasets' } },
    { path: '/datasets/import', name: 'import', component: ImportPage, meta: { title: 'Import data' } },
    { path: '/datasets/:id', name: 'dataset', component: DatasetPage, meta: { title: 'Dataset' } },
    { path: '/models', name: 'models', component: ModelsPage, meta: { title: 'Models' } },
    { path: '/models/design', name: 'designer', component: DesignerPage, meta: { title: 'Model' } },
    { path: '/runs', name: 'runs', component: RunsPage, meta: { title: 'Runs' } },
    { path: '/runs/new', name: 'newRun', component: NewRunPage, meta: { title: 'New run' } },
    { path: '/runs/:id', name: 'run', component: RunPage, meta: { title: 'Run' } },
    { path: '/compare', name: 'compare', component: ComparePage, meta: { title: 'Compare' } },
    { path: '/settings', name: 'settings', component: SettingsPage, meta: { title: 'Settings' } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.afterEach((to) => {
  document.title = `${String(to.meta.title)} – DLRM Studio`
})
