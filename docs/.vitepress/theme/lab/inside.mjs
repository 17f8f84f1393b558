// SPDX-License-Identifier: MIT
// What the kernel of the lab holds: read over the control line, and told as data.
//
//     await look(lab)
//     {processes: [{pid, inside, name, parent, own: ['uts'], root, depth,
//                   uid, capabilities: 41, isFiltered}],
//      hostnames: [{who: 'host', hostname}],
//      mounts: [{who: 'host', mounts: [{point, type, propagation}]}],
//      cgroups: [{name, now, max}]}
//
// `inside` is the pid in the container, `own` what is not shared with the host, and
// `root` where the host sees its /. `uid` is the host's number of the effective user,
// `capabilities` how many are effective, and `isFiltered` tells of a seccomp filter.

const kinds = ['uts', 'pid', 'mnt', 'ipc', 'net', 'user', 'cgroup']
// The machine's own processes have smaller numbers, but for pid 1.
const all = '/proc/1 /proc/[0-9][0-9][0-9][0-9]*'
const each = (what) => all.split(' ').map((directory) => `${directory}/${what}`).join(' ')

// Few programs, since starting one is what takes long there.
const command = [
  `grep -sHE '^(Name|PPid|NSpid|Uid|CapEff|Seccomp):' ${each('status')}`,
  `stat -c %N ${each('root')} ${kinds.map((kind) => each(`ns/${kind}`)).join(' ')} 2>/dev/null`,
  'grep -sH . /sys/fs/cgroup/boxstep*/pids.max /sys/fs/cgroup/boxstep*/pids.current',
].join('; ')

export async function look(lab) {
  const processes = readProcesses(await lab.control(command))
  const { list, text } = processes
  // The host, and the last process that has one of its own: before the container's
  // processes there can be a runtime with mounts of its own.
  const viewers = (kind) => [list[0], list.findLast((one) => one.own.includes(kind))]
    .filter(Boolean).map(({ pid, root }, at) => ({ pid, root, who: at ? 'container' : 'host' }))
  const hostnames = []
  for (const { pid, who } of viewers('uts')) {
    const hostname = (await lab.control(
      `nsenter --uts --target ${pid} hostname 2>/dev/null`)).trim()
    if (hostname) hostnames.push({ who, hostname })
  }
  const mounts = []
  for (const { pid, root, who } of viewers('mnt')) {
    // Who has left / by chroot(2) sees only what is mounted below.
    const all = root === '/' ? `cat /proc/${pid}/mountinfo`
      : `nsenter --mount --target ${pid} cat /proc/self/mountinfo`
    mounts.push({ who, mounts: readMounts(await lab.control(`${all} 2>/dev/null`)) })
  }
  return { processes: list, hostnames, mounts, cgroups: readCgroups(text) }
}

export function readProcesses(text) {
  const found = new Map()
  for (const [, pid, key, value] of text.matchAll(/^\/proc\/(\d+)\/status:(\w+):\s*(.*?)\r?$/gm)) {
    const one = found.get(pid) ?? { pid: Number(pid), spaces: {} }
    found.set(pid, one)
    if (key === 'Name') one.name = value
    if (key === 'PPid') one.parent = Number(value)
    if (key === 'NSpid') one.inside = Number(value.split(/\s+/).at(-1))
    if (key === 'Uid') one.uid = Number(value.split(/\s+/)[1])
    if (key === 'CapEff') one.capabilities = ones(value)
    if (key === 'Seccomp') one.isFiltered = value === '2'
  }
  for (const [, pid, kind, is] of text.matchAll(
    /^'\/proc\/(\d+)\/(?:ns\/)?(\w+)' -> '(.*)'/gm)) {
    if (found.has(pid)) found.get(pid).spaces[kind] = is
  }
  const host = found.get('1')?.spaces ?? {}
  const list = []
  const add = (one, depth) => {
    const own = kinds.filter((kind) => one.spaces[kind] && one.spaces[kind] !== host[kind])
    const { spaces: { root }, ...rest } = one
    list.push({ ...rest, own, root, depth })
    for (const child of found.values()) {
      if (child.parent === one.pid) add(child, depth + 1)
    }
  }
  if (found.has('1')) add(found.get('1'), 0)
  return { list, text }
}

const ones = (hex) => BigInt(`0x${hex}`).toString(2).replaceAll('0', '').length

// proc(5): optional fields stand between the options and a lone hyphen.
export function readMounts(text) {
  return text.trim().split('\n').filter(Boolean).map((line) => {
    const [before, after] = line.split(' - ')
    const fields = before.split(' ')
    const propagation = fields.slice(6).map((field) => field.split(':')[0])
    return {
      point: fields[4],
      type: after.split(' ')[0],
      propagation: propagation.join(' ') || 'private',
    }
  })
}

export function readCgroups(text) {
  const groups = {}
  for (const [, name, key, value] of text.matchAll(
    /^\/sys\/fs\/cgroup\/(.*)\/pids\.(\w+):(\w+)/gm)) {
    groups[name] = { name, ...groups[name], [key === 'current' ? 'now' : key]: value }
  }
  return Object.values(groups).map(({ name, now, max }) => ({
    name, now: Number(now), max: max === 'max' ? null : Number(max) }))
}
