import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { pageAsItIs, pageWithResults } from './bench/report/page.ts'
import { configurationPage } from './server/src/configuration-page.ts'

// The commands, files, settings and pages that our documents name exist.
const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
]
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

test.each(documents)('%s names only what exists', (document) => {
  const text = readFileSync(document, 'utf8')
  const commands = [...text.matchAll(/(?:`|^)npm (?:run (?:-s )?)?([a-z][\w:-]*)/gm)].map(
    ([, name = '']) => name,
  )
  const npm = ['ci', 'install', 'run']
  expect(commands.filter((name) => !(name in scripts) && !npm.includes(name))).toEqual([])

  const files = [...text.matchAll(/`([\w.][\w./-]*\/[\w.-]+\.\w+)`/g)].map(([, file = '']) => file)
  expect(files.filter((file) => !existsSync(file) && !existsSync(path.join('server/src', file)))).toEqual([])

  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)
  const local = links.filter((link) => !/^(https?|mailto):/.test(link))
  expect(local.filter((link) => !existsSync(path.join(path.dirname(document), link)))).toEqual([])
})

test('the configuration page is the one that the settings make', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage())
})

test('the page of benchmarks has the results that are beside it: npm run bench -- report writes them', () => {
  expect(pageAsItIs()).toBe(pageWithResults())
})

test('every benchmark that a document names is there', () => {
  const texts = documents.map((document) => readFileSync(document, 'utf8'))
  const named = texts.flatMap((text) =>
    [...text.matchAll(/npm run bench -- ([a-z]+)/g)].map(([, name]) => name),
  )
  const help = execFileSync(process.execPath, ['bench/main.ts', '--help'], { encoding: 'utf8' })
  const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
  expect(named.filter((name) => !commands.includes(name))).toEqual([])
})

test('every command of the command line that a document names is understood', () => {
  const named = documents.flatMap((document) =>
    [
      ...readFileSync(document, 'utf8').matchAll(
        /(?:npm run -s opsknight -- |`opsknight )([a-z][a-z -]*?)(?= --|`| <|\n|$)/g,
      ),
    ].map(([, words = '']) => words.trim()),
  )
  const commands = [...new Set(named)].filter((words) => words !== '')
  expect(commands).not.toEqual([])
  for (const command of commands) {
    const help = execFileSync(process.execPath, ['server/src/main.ts', ...command.split(' '), '--help'], {
      encoding: 'utf8',
    })
    expect(help).toContain(`Usage: opsknight ${command}`)
  }
})
