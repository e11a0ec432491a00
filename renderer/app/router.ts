import { createRouter, createWebHashHistory } from 'vue-router'
import BenchmarkPage from '../features/benchmark/BenchmarkPage.vue'
import RehearsalPage from '../features/cluster/rehearsal/RehearsalPage.vue'
import DatasetPage from '../features/datasets/dataset/DatasetPage.vue'
import DatasetsPage from '../features/datasets/DatasetsPage.vue'
import ImportPage from '../features/datasets/import/ImportPage.vue'
import HelpPage from '../features/help/HelpPage.vue'
import EditorPage from '../features/models/editor/EditorPage.vue'
import ModelPage from '../features/models/ModelPage.vue'
import ModelsPage from '../features/models/ModelsPage.vue'
import DifferencePage from '../features/models/versions/DifferencePage.vue'
import NewRunPage from '../features/new-run/NewRunPage.vue'
import ComparePage from '../features/compare/ComparePage.vue'
import FirstPage from './FirstPage.vue'
import QuickStartPage from '../features/quick-start/QuickStartPage.vue'
import RunPage from '../features/run/RunPage.vue'
import RunsPage from '../features/runs/RunsPage.vue'
import TrashPage from '../features/trash/TrashPage.vue'
import SettingsPage from '../features/settings/SettingsPage.vue'
import { showTitle } from './window-title.ts'

/** The history is in the hash, because the window's own scheme serves files and not routes. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'home', component: FirstPage, meta: { title: 'Home', help: 'guide-start#home' } },
    {
      path: '/quick-start',
      name: 'quick-start',
      component: QuickStartPage,
      meta: { title: 'Quick start', section: '/', help: 'guide-start#quick-start' },
    },
    {
      path: '/datasets',
      name: 'datasets',
      component: DatasetsPage,
      meta: { title: 'Datasets', help: 'guide-datasets' },
    },
    // It is not under /datasets, because a dataset may be called import.
    {
      path: '/import',
      name: 'import',
      component: ImportPage,
      meta: { title: 'Import', section: '/datasets', help: 'guide-datasets#import-your-own-files' },
    },
    {
      path: '/datasets/:id',
      name: 'dataset',
      component: DatasetPage,
      meta: { title: 'Dataset', help: 'guide-datasets#a-datasets-page' },
    },
    {
      path: '/models',
      name: 'models',
      component: ModelsPage,
      meta: { title: 'Models', help: 'guide-models' },
    },
    {
      path: '/models/new',
      name: 'new-model',
      component: ModelPage,
      meta: { title: 'New model', help: 'guide-models#start-from-a-preset' },
    },
    {
      path: '/models/:id/edit',
      name: 'model-editor',
      component: EditorPage,
      meta: { title: 'Designer', wide: true, help: 'guide-models#draw-your-own-model' },
    },
    {
      path: '/models/:id/compare',
      name: 'model-difference',
      component: DifferencePage,
      meta: { title: 'Compare versions', section: '/models', help: 'guide-models#save-open-export' },
    },
    {
      path: '/models/:id',
      name: 'model',
      component: ModelPage,
      meta: { title: 'Model', help: 'guide-models#read-the-diagram' },
    },
    {
      path: '/runs',
      name: 'runs',
      component: RunsPage,
      meta: { title: 'Runs', help: 'guide-runs#the-list' },
    },
    {
      path: '/runs/new',
      name: 'new-run',
      component: NewRunPage,
      meta: { title: 'New run', help: 'guide-models#start-a-run' },
    },
    {
      path: '/runs/:id',
      name: 'run',
      component: RunPage,
      meta: { title: 'Run', help: 'guide-runs#one-run' },
    },
    {
      path: '/compare',
      name: 'compare',
      component: ComparePage,
      meta: { title: 'Compare', help: 'guide-runs#compare' },
    },
    {
      path: '/benchmark',
      name: 'benchmark',
      component: BenchmarkPage,
      meta: { title: 'Benchmark', help: 'guide-benchmarks' },
    },
    {
      path: '/cluster',
      name: 'cluster',
      component: RehearsalPage,
      meta: { title: 'Cluster', help: 'guide-clusters#a-rehearsal-of-a-cluster-that-you-do-not-have' },
    },
    {
      path: '/trash',
      name: 'trash',
      component: TrashPage,
      meta: { title: 'Trash', help: 'guide-backups#trash' },
    },
    {
      path: '/settings',
      name: 'settings',
      component: SettingsPage,
      meta: { title: 'Settings', help: 'guide-settings' },
    },
    { path: '/help/:page?', name: 'help', component: HelpPage, meta: { title: 'Help' } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.afterEach((to, from) => {
  if (to.path !== from.path) document.getElementById('content')?.scrollTo(0, 0)
  showTitle(String(to.meta.title))
})
