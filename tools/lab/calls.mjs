// SPDX-License-Identifier: MIT
// calls.mjs LAB STRACE STEP: runs the step in the lab, stops it after each of its
// calls, and looks inside. Prints [{call, seen}]; `seen` is what look() of
// theme/lab/inside.mjs gives. The files in the directory STRACE are strace(1) for the
// lab, and the libraries that it needs.
//
// strace sends a SIGSTOP with each call. It comes when the call is done, and stops even
// the init of a container. A step that stops is looked at, and told to go on. A signal
// would make clone(2) start again and again: there the child gets one with its first
// call, which is prctl(2). Two calls that no stop has parted are told as one.
import { readdirSync, readFileSync } from 'node:fs'
import { look } from '../../docs/.vitepress/theme/lab/inside.mjs'
import { start } from './start.mjs'

const [directory, strace, step] = process.argv.slice(2)
// What changes something that look() sees, or is a lesson of its own.
const told = ['execve', 'sethostname', 'chroot', 'chdir', 'pivot_root', 'mount', 'umount2',
  'unshare', 'mkdir', 'rmdir', 'write', 'close_range', 'keyctl', 'setresuid32', 'setresgid32',
  'setgroups32', 'capset', 'seccomp']
const patience = 2000 // looks at the trace at which nothing has changed

const lab = await start(directory)
const moment = () => new Promise((resolve) => setTimeout(resolve, 40))

// {pid, call} for each call that is done, and {pid, is} for each stop and end.
function events(trace) {
  const unfinished = {}
  const found = []
  for (const line of trace.split(/\r?\n/)) {
    const [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (!pid) continue
    const [, begun] = /^(.*?),? <unfinished \.\.\.>$/.exec(text) ?? []
    const [, resumed] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? []
    if (begun !== undefined) unfinished[pid] = begun
    else if (/^--- stopped by SIGSTOP/.test(text)) found.push({ pid, is: 'stopped' })
    else if (/^\+\+\+/.test(text)) found.push({ pid, is: 'ended' })
    else {
      const whole = resumed === undefined ? text : unfinished[pid] + resumed
      const [, call, result] = /^(\w+\(.*\)) += (-?\d+)/.exec(whole) ?? []
      if (call && Number(result) >= 0) found.push({ pid, call: shown(call) })
    }
  }
  return found
}

// A file has its name. What is left out: the environment, what is the same as what is
// effective, and where a string is that mount(2) does not read.
const shown = (call) => call.replace(/\d+<(\/.*?)>/, '"$1"').replace(/, 0x\w+ \/\*.*\*\//, '')
  .replace(/, permitted=.*(?=}\)$)/, ', ...').replace(/(?<=^mount\(.*), 0x\w+/g, ', ""')

function isTold({ call }) {
  const name = call?.split('(')[0]
  if (name === 'write') return /^write\("\/(?:sys\/fs\/cgroup|proc)\//.test(call)
  if (name === 'seccomp') return /SET_MODE_FILTER/.test(call) // the others only ask
  return name === 'clone' || told.includes(name)
}

// Without what is not the step's.
async function lookAt(tracer) {
  const seen = await look(lab)
  const ours = new Set([1])
  for (const { pid, parent } of seen.processes) {
    if (parent === tracer || (parent !== 1 && ours.has(parent))) ours.add(pid)
  }
  seen.processes = seen.processes.filter(({ pid }) => ours.has(pid))
    .map((one) => ({ ...one, depth: Math.max(one.depth - 1, 0) }))
  return seen
}

async function trace() {
  for (const name of readdirSync(strace)) {
    await lab.emulator.create_file(name, new Uint8Array(readFileSync(`${strace}/${name}`)))
  }
  const states = [{ call: 'nothing runs yet', seen: await lookAt(0) }]
  const tracer = Number(await lab.control(
    'setsid /lib/ld-linux.so.2 --library-path /run/lab /run/lab/strace -f -y -s 100 ' +
    `-o /tmp/trace -e trace=clone,prctl,${told} -e inject=${told}:signal=SIGSTOP ` +
    '-e inject=prctl:signal=SIGSTOP:when=1 ' +
    `build/steps/${step} run --quiet sleep 1 >/dev/null 2>/tmp/errors & echo $!`))
  let done = 0 // of the events
  let unchanged = 0
  const stopped = [] // the one that has run last is the last
  let first
  let said = []
  for (;;) {
    const all = events(await lab.control('cat /tmp/trace'))
    const news = all.slice(done)
    done = all.length
    unchanged = news.length ? 0 : unchanged + 1
    for (const event of news) {
      first ??= event.pid
      if (event.is === 'stopped') stopped.push(event.pid)
      if (isTold(event)) said.push(`${event.pid === first ? 'host' : 'container'}: ${event.call}`)
    }
    if (news.some(({ pid, is }) => pid === first && is === 'ended')) break
    if (unchanged > patience) {
      throw new Error(`${step} hangs: ${await lab.control('cat /tmp/trace /tmp/errors')}`)
    }
    // A child can stop before its parent knows that clone(2) is done.
    if (unchanged < (said.length ? 2 : 8) || !stopped.length) {
      await moment()
      continue
    }
    if (said.length) states.push({ call: said.join('\n'), seen: await lookAt(tracer) })
    said = []
    await lab.control(`kill -CONT ${stopped.pop()}`)
    unchanged = 0
  }
  const errors = await lab.control('cat /tmp/errors')
  if (errors) throw new Error(`${step}: ${errors}`)
  states.push({ call: 'the step has ended', seen: await lookAt(0) })
  return states
}

const calls = await trace()
console.error(`${step}: ${calls.length} states`)
process.stdout.write(JSON.stringify(calls), () => process.exit())
