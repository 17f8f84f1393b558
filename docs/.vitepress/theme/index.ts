// SPDX-License-Identifier: MIT
import DefaultTheme from 'vitepress/theme-without-fonts'
import { inBrowser, type Theme } from 'vitepress'
import { nextTick } from 'vue'
import { enhance, reveal } from './enhance'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (!inBrowser) return
    const before = router.onAfterRouteChanged
    router.onAfterRouteChanged = async (to) => {
      await before?.(to)
      await nextTick()
      enhance(document)
      reveal(location.hash)
    }
    addEventListener('hashchange', () => reveal(location.hash))
  },
} satisfies Theme
