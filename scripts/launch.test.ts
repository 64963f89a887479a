import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const project = fileURLToPath(new URL('..', import.meta.url))

/** A program in the place of the server: `serve` runs until it is told to end, anything else echoes. */
const PROGRAM = `
  import { onLauncherGone } from ${JSON.stringify(path.join(project, 'server/src/platform/launcher.ts'))}
  const [word, ...rest] = process.argv.slice(2)
  if (word === 'serve') {
    const running = setInterval(() => {}, 1000)
    const end = (why: string) => { console.log(why); clearInterval(running); process.exitCode = 3 }
    process.on('SIGTERM', () => end('told'))
    onLauncherGone(() => end('alone'))
    console.log(process.pid)
  } else {
    console.log(JSON.stringify({ word, rest, node: process.version, setting: process.env.OPSKNIGHT_URL }))
    process.exitCode = 5
  }`

/** A checkout with the real launcher and packages, and that program. */
function newCheckout(): string {
  const checkout = realpathSync(mkdtempSync(path.join(tmpdir(), 'opsknight-checkout-')))
  onTestFinished(() => rmSync(checkout, { recursive: true }))
  for (const name of ['scripts', 'package.json', 'package-lock.json'])
    cpSync(path.join(project, name), path.join(checkout, name), { recursive: true })
  symlinkSync(path.join(project, 'node_modules'), path.join(checkout, 'node_modules'))
  mkdirSync(path.join(checkout, 'server/src'), { recursive: true })
  writeFileSync(path.join(checkout, 'server/src/main.ts'), PROGRAM)
  return checkout
}

function launch(checkout: string, ...args: string[]) {
  const child = spawn(process.execPath, [path.join(checkout, 'scripts/launch.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, OPSKNIGHT_URL: 'https://ops.example' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const exitCode = async (child: ChildProcess) => (await once(child, 'exit'))[0]

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a command gets its words and settings, runs on the pinned Node, and has stdout for itself', async () => {
  const child = launch(newCheckout(), 'opsknight', 'send', '--file', 'a b')
  const [output, code] = await Promise.all([text(child.stdout), exitCode(child)])
  expect(JSON.parse(output)).toEqual({
    word: 'send',
    rest: ['--file', 'a b'],
    node: expect.stringMatching(/^v26\./),
    setting: 'https://ops.example',
  })
  expect(code).toBe(5)
})

test('an unknown word is answered with the known ones', async () => {
  const child = launch(newCheckout(), 'strat')
  const [printed, code] = await Promise.all([text(child.stderr), exitCode(child)])
  expect(printed).toContain('start, opsknight, build')
  expect(code).not.toBe(0)
})

test('SIGTERM reaches the server once; the launcher waits for its end and answers its exit code', async () => {
  const child = launch(newCheckout(), 'opsknight', 'serve')
  const [started] = await once(child.stdout, 'data')
  const rest = text(child.stdout)
  child.kill('SIGTERM')
  child.kill('SIGTERM')

  expect(await exitCode(child)).toBe(3)
  expect(await rest).toBe('told\n')
  expect(isAlive(Number(started))).toBe(false)
})

test('a server whose launcher was killed ends by itself', async () => {
  const child = launch(newCheckout(), 'opsknight', 'serve')
  await once(child.stdout, 'data')
  const rest = text(child.stdout)
  child.kill('SIGKILL')

  // The end of its output is the end of the process.
  expect(await rest).toBe('alone\n')
})

type Report = {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: object[] }[]
}

test('a test file that cannot be loaded, and an error outside of the tests, count as failed', async () => {
  const tests: { count(report: Report, code: number): object } = await import(
    new URL('./tests.mjs', import.meta.url).href
  )
  const report = { numPassedTests: 4, numFailedTests: 0, testResults: [] }
  expect(tests.count(report, 0)).toEqual({ passed: 4, failed: 0 })
  expect(tests.count(report, 1)).toEqual({ passed: 4, failed: 1 })

  const broken = { status: 'failed', assertionResults: [] }
  const failing = { status: 'failed', assertionResults: [{}] }
  expect(tests.count({ ...report, numFailedTests: 1, testResults: [broken, failing] }, 1)).toEqual({
    passed: 4,
    failed: 2,
  })
})
