// SPDX-License-Identifier: MIT
import DefaultTheme from 'vitepress/theme-without-fonts'
import { onContentUpdated, type Theme } from 'vitepress'
import { onMounted } from 'vue'
import { enhance, reveal } from './enhance'
import { withLab } from './lab-slot'
import './style.css'

export default {
  extends: DefaultTheme,
  setup() {
    let seen = ''
    // Not before Vue has taken over the HTML that was sent.
    onContentUpdated(() => {
      enhance(document, withLab)
      if (location.href !== seen) reveal(location.hash)
      seen = location.href
    })
    onMounted(() => addEventListener('hashchange', () => reveal(location.hash)))
  },
} satisfies Theme
