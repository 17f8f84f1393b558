// SPDX-License-Identifier: MIT
// The repository that the site is made from: its files, and where it is published.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

// Of a path on this machine.
export const inRepository = (path: string): string => relative(root, path)

// What people clone: https://github.com/NAME/boxstep. Unknown where the checkout
// was not cloned from there.
export const address: string | undefined = findAddress()

function findAddress(): string | undefined {
  const { GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env
  if (GITHUB_REPOSITORY) return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`
  let origin = ''
  try {
    origin = execFileSync(
      'git', ['-c', 'safe.directory=*', 'config', '--get', 'remote.origin.url'],
      { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
  const found = /^(?:https:\/\/|(?:ssh:\/\/)?git@)([\w.-]+)[:/](.+?)(?:\.git)?$/.exec(origin)
  return found ? `https://${found[1]}/${found[2]}` : undefined
}

// Files that pages link to. The site has copies of them if there is no address.
const copied = new Set<string>()

export function copySources(site: string): void {
  for (const path of copied) {
    const copy = join(site, `source/${path}.txt`)
    mkdirSync(dirname(copy), { recursive: true })
    copyFileSync(join(root, path), copy)
  }
}

// A link to a file or directory; `lines` are its first and last line.
export function linkTo(path: string, lines?: [number, number]): string {
  const file = join(root, path)
  if (!existsSync(file)) throw new Error(`there is no ${path}`)
  const isDirectory = statSync(file).isDirectory()
  if (address) {
    const place = lines ? `#L${lines[0]}-L${lines[1]}` : ''
    return `${address}/${isDirectory ? 'tree' : 'blob'}/HEAD/${path}${place}`
  }
  if (isDirectory) throw new Error(`no copy of a directory: ${path}`)
  copied.add(path)
  return `/source/${path}.txt`
}
