// SPDX-License-Identifier: MIT
// machine_test.mjs LAB: the machine itself, and what the panel needs of it.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { plain } from '../../docs/.vitepress/theme/lab/lab.mjs'
import { look } from '../../docs/.vitepress/theme/lab/inside.mjs'
import { start } from '../../tools/lab/start.mjs'

const shown = { reader: '', host: '' }
const decoder = new TextDecoder()
const lab = await start(process.argv[2], (name, bytes) => {
  shown[name] += decoder.decode(bytes)
})

async function run(name, command) {
  shown[name] = ''
  await lab.run(name, command)
  return plain(shown[name])
}

async function until(isTrue, what) {
  for (let left = 600; left > 0; left--) {
    if (await isTrue()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(what)
}

const tests = {
  async aStepRunsThere() {
    const came = await run('reader', 'sudo build/steps/04-cgroups run --quiet hostname')
    assert.match(came, /\ncontainer\n/)
  },
  async theSecondTerminalIsTheHost() {
    lab.type('reader', 'sudo build/steps/01-uts run --quiet sleep 1000\r')
    await until(async () => /sleep 1000/.test(await run('host', 'ps -eo args')), 'no sleep')
    assert.match(await run('host', 'hostname'), /\nhost\n/)
    lab.type('reader', '\x03')
    await lab.lines.reader.prompt()
  },
  async controlIsUnseen() {
    shown.reader = shown.host = ''
    assert.equal(await lab.control('echo one; echo two'), 'one\ntwo\n')
    assert.equal(shown.reader + shown.host, '')
  },
  async theClockIsRight() {
    const seconds = Number(await lab.control('date +%s'))
    assert.ok(Math.abs(seconds - Date.now() / 1000) < 30, `it is ${seconds}`)
  },
  async theSizeIsThatOfTheTerminal() {
    await lab.resize('reader', 100, 30)
    assert.match(await run('reader', 'stty size'), /30 100/)
  },
  async aSourceThatNobodyHasCompiledIsRefused() {
    await run('reader', 'echo >>steps/01-uts/main.cpp')
    assert.match(await run('reader', 'meson compile -C build 01-uts'), /nobody has compiled/)
    assert.match(await run('reader', 'git checkout steps && meson compile -C build 01-uts && echo made'),
      /\nmade\n/)
  },
  async aSolutionIsThere() {
    await run('reader', 'patch -p1 <docs/exercises/03-read-only/solution.diff')
    const came = await run('reader', 'meson compile -C build 03-pid-mount && echo made')
    assert.match(came, /\nmade\n/)
  },
  async lookInsideShowsTheContainer() {
    lab.type('reader', 'sudo build/steps/04-cgroups run --quiet sleep 1000\r')
    let seen
    await until(async () => {
      seen = await look(lab)
      return seen.processes.some(({ name }) => name === 'sleep')
    }, 'no container')
    const command = seen.processes.find(({ name }) => name === 'sleep')
    assert.equal(command.inside, 2)
    assert.deepEqual(command.own, ['uts', 'pid', 'mnt'])
    assert.equal(command.root, '/home/you/boxstep/rootfs')
    assert.deepEqual(seen.hostnames.map(({ hostname }) => hostname), ['host', 'container'])
    assert.equal(seen.processes.find(({ pid }) => pid === command.parent).inside, 1)
    assert.deepEqual(seen.cgroups.map(({ now, max }) => [now, max]), [[2, 20]])
    const [host, container] = seen.mounts
    assert.equal(host.mounts.find(({ point }) => point === '/proc').propagation, 'shared')
    assert.ok(container.mounts.some(({ point, propagation }) =>
      point.endsWith('/proc') && propagation === 'private'))
  },
  async theCallsOfAStepChangeWhatIsSeen() {
    const calls = JSON.parse(readFileSync(`${process.argv[2]}/calls.json`))
    assert.deepEqual(Object.keys(calls), readdirSync('steps').filter((name) => /^(0\d|1[0-4])-/.test(name)))
    // What this tells of the state before a call and of the one after it.
    const around = (step, call, tell) => {
      const at = calls[step].findIndex((one) => call.test(one.call))
      assert.ok(at > 0, `${step} has no ${call}`)
      return [calls[step][at - 1], calls[step][at]].map(({ seen }) => tell(seen))
    }
    const command = ({ processes }) => processes.at(-1)
    const points = ({ mounts }) => mounts.at(-1).mounts.map(({ point }) => point)
    assert.equal(
      around('00-process', /host: clone/, ({ processes }) => processes.length)[1], 3)
    assert.deepEqual(around('01-uts', /sethostname/, ({ hostnames }) =>
      hostnames.map(({ hostname }) => hostname)), [['host', 'host'], ['host', 'container']])
    assert.deepEqual(around('02-chroot', /: chroot\(/, (seen) => command(seen).root),
      ['/', '/home/you/boxstep/rootfs'])
    assert.deepEqual(around('03-pid-mount', /MS_PRIVATE/, ({ mounts }) =>
      mounts.map(({ mounts: [{ propagation }] }) => propagation)),
    [['shared', 'shared'], ['shared', 'private']])
    const proc = '/home/you/boxstep/rootfs/proc'
    assert.deepEqual(around('03-pid-mount', /mount\("proc"/, (seen) => points(seen).includes(proc)),
      [false, true])
    assert.deepEqual(around('04-cgroups', /cgroup\.procs/, ({ cgroups }) => cgroups[0].now), [0, 1])
    assert.deepEqual(around('04-cgroups', /execve\("[^"]*sleep"/, (seen) =>
      [command(seen).name, command(seen).inside])[1], ['sleep', 2])
    assert.deepEqual(around('04-cgroups', /rmdir/, ({ cgroups }) => cgroups.length), [1, 0])
    assert.deepEqual(around('05-pivot-root', /umount2\(/, points).map(({ length }) => length),
      [10, 2])
    assert.deepEqual(around('07-capabilities', /capset/, (seen) => command(seen).capabilities),
      [41, 8])
    assert.deepEqual(around('08-user-namespace', /setresuid32/, (seen) => command(seen).uid),
      [0, 100000])
    assert.deepEqual(around('10-seccomp', /seccomp\(/, (seen) => command(seen).isFiltered),
      [false, true])
    assert.ok(around('12-network', /clone\(.*CLONE_NEWNET/, (seen) =>
      command(seen).own.includes('net'))[1])
    assert.ok(around('13-overlay', /mount\("overlay"/, ({ mounts }) =>
      mounts.at(-1).mounts.some(({ type }) => type === 'overlay'))[1])
    // The runtime has mounts of its own, too; those of the container are what is told.
    assert.deepEqual(around('13-overlay', /umount2\(/, ({ mounts }) =>
      mounts.at(-1).mounts.find(({ point }) => point === '/').type), ['tmpfs', 'overlay'])
    for (const [step, states] of Object.entries(calls)) {
      assert.deepEqual(states.at(-1).seen.processes.map(({ pid }) => pid), [1], step)
    }
  },
  async resetBringsTheWholeMemoryBack() {
    const reset = async () => {
      const answered = lab.reset()
      const memory = lab.emulator.v86.cpu.mem8.subarray(0)
      const came = createHash('sha256').update(memory).digest('hex')
      await answered
      return came
    }
    const first = await reset()
    await run('reader', 'yes | head -c 10M >/tmp/file')
    assert.equal(await reset(), first)
  },
  async resetTakesAMoment() {
    // Of the processor, which a busy machine gives to others, too.
    let milliseconds = Infinity
    for (let left = 10; left > 0; left--) {
      const start = process.cpuUsage()
      const answered = lab.reset()
      const { user, system } = process.cpuUsage(start)
      await answered
      milliseconds = Math.min(milliseconds, (user + system) / 1000)
    }
    console.log(`# reset: ${Math.round(milliseconds)} ms`)
    assert.ok(milliseconds < 100, `${milliseconds} ms`)
    assert.deepEqual((await look(lab)).cgroups, [])
    assert.match(await run('reader', 'tail -n 1 steps/01-uts/main.cpp'), /\n}\n/)
  },
}

let failed = 0
for (const [name, test] of Object.entries(tests)) {
  try {
    await test()
    console.log(`ok - ${name}`)
  } catch (error) {
    failed++
    await lab.reset() // what it left running is not the next one's
    console.log(`not ok - ${name}: ${error.message}\n# ${JSON.stringify(shown.reader.slice(-300))}`)
  }
}
process.exit(failed ? 1 : 0)
