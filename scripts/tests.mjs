import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { runNode } from './processes.mjs'
import { folder, say } from './project.mjs'
import { ensureWebApp } from './web-app.mjs'

const tool = (name) => folder(`node_modules/${name}`)

/**
 * Types, lint and tests, each told to the end even when an earlier one failed. Prints `N passed, N failed` as its last line
 * and answers the exit code.
 */
export async function runTests({ withBrowser, args }) {
  forgetSettings()
  const results = [
    await step('Types', [tool('typescript/bin/tsc'), '--noEmit', '-p', folder('tsconfig.json')]),
    await step('Lint', [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', folder('.')]),
  ]
  if (withBrowser) await ensureWebApp()
  results.push(await vitest([...(withBrowser ? [] : ['--project', 'server', '--project', 'web']), ...args]))

  const passed = sum(results.map((result) => result.passed))
  const failed = sum(results.map((result) => result.failed))
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

/** The settings of a server on this machine are not for tests: they must not reach its database, nor depend on its port. */
function forgetSettings() {
  for (const name of Object.keys(process.env))
    if (/^(OPSKNIGHT_.*|DATABASE_URL|PORT|HOST|TRUST_PROXY|LOG_LEVEL|NODE_ENV)$/.test(name))
      delete process.env[name]
}

async function step(name, args) {
  say(`${name} …`)
  const code = await runNode(args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

async function vitest(args) {
  const reports = mkdtempSync(path.join(os.tmpdir(), 'opsknight-tests-'))
  const report = path.join(reports, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await runNode([tool('vitest/vitest.mjs'), 'run', ...reporters, ...args])
    return count(readReport(report), code)
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}

/** A file that cannot be loaded has no tests that fail, and an error outside of tests fails the run: both count. */
export function count({ numPassedTests, numFailedTests, testResults }, code) {
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  const failed = numFailedTests + broken
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed }
}
