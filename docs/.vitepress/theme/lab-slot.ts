// SPDX-License-Identifier: MIT
// Where the lab, a Linux machine in the page, fits in. Transcripts have a button "Run"
// if there is a lab: its code is lab/index.ts, and what it loads is served below lab/
// from public/lab/, where `ready` is written last. At the click both are asked for.
import { withBase } from 'vitepress'
import { type Lab, offerRun } from './enhance'
import { askForFiles } from './lab/files'

const [load] = Object.values(import.meta.glob<Lab>('./lab/index.ts'))
let isThere: Promise<boolean> | undefined

export async function withLab(transcript: HTMLElement): Promise<void> {
  isThere ??= load
    ? fetch(withBase('/lab/ready'), { method: 'HEAD' }).then(({ ok }) => ok, () => false)
    : Promise.resolve(false)
  if (!await isThere) return
  offerRun(transcript, () => {
    askForFiles()
    return load()
  })
}
