import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

// docs/architecture.md explains these arrows; this file keeps them true.
const layers: Record<string, { files: RegExp; mayImport: RegExp }> = {
  contract: { files: /^contract\//, mayImport: /^(contract\/|npm:zod$)/ },
  web: { files: /^web\//, mayImport: /^(contract\/|web\/|npm:)/ },
  'web ui': { files: /^web\/src\/ui\//, mayImport: /^(contract\/|web\/src\/(ui|theme)\/|npm:)/ },
  platform: {
    files: /^server\/src\/platform\//,
    mayImport: /^(contract\/|server\/src\/platform\/|npm:)/,
  },
  integrations: {
    files: /^server\/src\/integrations\//,
    mayImport: /^(contract\/|server\/src\/integrations\/|npm:(zod|node:.+)$)/,
  },
  channels: {
    files: /^server\/src\/channels\//,
    mayImport: /^(contract\/|server\/src\/(channels\/|platform\/http-send\.ts$)|npm:)/,
  },
  shifts: {
    files: /^server\/src\/oncall\/(model|rotations|people-at|stretches|outlook|wall-clock)\.ts$/,
    mayImport: /^(contract\/|server\/src\/oncall\/(model|rotations|people-at|stretches|wall-clock)\.ts$)/,
  },
  decisions: {
    files:
      /^server\/src\/incidents\/(model|decide|decide-event|follow|transitions|working-set|storm|storm-set|keys|linked)\.ts$/,
    mayImport:
      /^(contract\/|server\/src\/incidents\/(model|decide-event|follow|transitions|storm|storm-set|keys|linked)\.ts$|npm:node:(crypto|util)$)/,
  },
}

/** A slice may use the slices to its right. */
const slices = [
  'chores',
  'live',
  'heartbeat',
  'coverage',
  'sentry-ui',
  'alerts',
  'maintenance',
  'replies',
  'sentry-sync',
  'escalations',
  'notifications',
  'incidents',
  'services',
  'oncall',
  'people',
  'messaging',
  'channels',
  'audit',
  'integrations',
  'platform',
]

test.each(Object.entries(layers))('%s', (_name, { files, mayImport }) => {
  expect(sourceFiles().some((file) => files.test(file))).toBe(true)
  expect(importsWhere((file, target) => files.test(file) && !mayImport.test(target))).toEqual([])
})

test('slices point one way', () => {
  const rank = (file: string) => slices.indexOf(file.match(/^server\/src\/([^/]+)\//)?.[1] ?? '')
  const strays = importsWhere((file, target) => rank(target) >= 0 && rank(target) < rank(file))
  expect(strays).toEqual([])
})

test('every folder of the server has its place among the slices', () => {
  const folders = readdirSync('server/src', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  expect(folders.filter((name) => !slices.includes(name) && !['testing', 'cli'].includes(name))).toEqual([])
})

test.each(['integrations', 'channels'])('in %s one tool knows nothing of another', (slice) => {
  const folder = new RegExp(`^server/src/${slice}/([^/]+)/`)
  const tool = (file: string) => file.match(folder)?.[1]
  expect(
    importsWhere((file, target) => !!tool(file) && !!tool(target) && tool(file) !== tool(target)),
  ).toEqual([])
})

test('channels know of requests what they look like, and get whatever sends them from outside', () => {
  const importing = sourceFiles()
    .filter((file) => file.startsWith('server/src/channels/'))
    .flatMap(
      (file) => readFileSync(file, 'utf8').match(/^(import|export) .*platform\/http-send\.ts'/gm) ?? [],
    )
  expect(importing.length).toBeGreaterThan(0)
  expect(importing.filter((line) => !line.startsWith('import type '))).toEqual([])
})

test('libraries that are large and seldom needed are loaded when they are needed first', () => {
  const large =
    '(better-auth(/.*)?|libphonenumber-js|nodemailer|twilio/.*|undici|\\.{1,2}/(.*/)?better-auth\\.ts)'
  const atStart = new RegExp(`^(import (?!type )|export |\\}).* from '${large}'`, 'm')
  const strays = sourceFiles().filter((file) => atStart.test(readFileSync(file, 'utf8')))
  // Which is itself loaded by the first sign-in.
  expect(strays).toEqual(['server/src/people/better-auth.ts'])
})

function sourceFiles(): string[] {
  return ['contract', 'server', 'web']
    .flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => path.join(root, file)),
    )
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\/testing\//.test(file))
}

function importsWhere(isStray: (file: string, target: string) => boolean): string[] {
  return sourceFiles()
    .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
    .filter(([file, target]) => isStray(file, target))
    .map(([file, target]) => `${file} → ${target}`)
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:^(?:import|export|\}).* from |import\()'([^'\n]+)'/gm)].map(
    ([, specifier = '']) => {
      if (specifier.startsWith('.')) return path.join(path.dirname(file), specifier)
      if (specifier.startsWith('#contract/')) return specifier.replace('#contract/', 'contract/src/')
      return `npm:${specifier}`
    },
  )
}
