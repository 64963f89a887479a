import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { testApp } from '../../testing/test-app.ts'
import { openJournal } from '../journal.ts'

// What we hand out for Prometheus and Grafana asks only for what a running server shows.

const DEPLOY = new URL('../../../../deploy/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, DEPLOY), 'utf8')

type Rule = { alert: string; expr: string; annotations: Record<string, string>; labels: { severity: string } }
type Panel = { type: string; title: string; description?: string; targets?: { expr: string }[] }
type Box = { id: number; gridPos: { h: number; w: number; x: number; y: number } }

const { groups } = parse(read('prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const dashboard = JSON.parse(read('grafana/opsknight.json')) as { panels: (Panel & Box)[] }
const charts = dashboard.panels.filter(({ type }) => type !== 'row')
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...charts.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
]

/** The labels of every metric of a server to which something has happened, by the metric's name. */
async function shownMetrics(): Promise<Map<string, Set<string>>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'opsknight-deploy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const t = await testApp({ journal: openJournal(folder, { maxBytes: 1_000, onDamaged: () => {} }) })
  t.deps.metrics.heartbeatSent(t.clock.now())
  await t.create.incident()
  await t.nobody.get('/healthz')
  const { text } = await t.nobody.get('/metrics')
  const declared = [...text.matchAll(/^# TYPE (\S+)/gm)].map(
    ([, name = '']) => [name, new Set<string>()] as const,
  )
  const metrics = new Map(declared)
  for (const [, sample = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const metric = metrics.get(sample) ?? metrics.get(sample.replace(/_(bucket|sum|count)$/, ''))
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) metric?.add(label)
  }
  return metrics
}

const NAME = /\b(?:opsknight|nodejs|process)_\w+/g
/** Labels that Prometheus itself adds. */
const ADDED = ['instance', 'job']

test('every metric that the dashboard and the rules name, with its labels, is in the metrics of a server', async () => {
  const metrics = await shownMetrics()
  const named = (name: string) => metrics.get(name) ?? metrics.get(name.replace(/_(bucket|sum|count)$/, ''))
  for (const [where, expr] of expressions) {
    const names = expr.match(NAME) ?? []
    for (const name of names) expect(named(name), `${where}: ${name}`).toBeDefined()
    for (const [, name = '', selector = ''] of expr.matchAll(/(\w+)\{([^}]*)\}/g)) {
      const labels = [...selector.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label = '']) => label)
      for (const label of labels)
        expect([...(named(name) ?? []), ...ADDED], `${where}: ${name}{${label}}`).toContain(label)
    }
  }
})

test('every outcome that they select exists', async () => {
  const outcomes = ['accepted', 'ignored', 'queued', 'rejected', 'failed', 'synthetic']
  for (const [where, expr] of expressions) {
    for (const [, selected = ''] of expr.matchAll(/outcome(?:=~|!=|=)"([^"]+)"/g)) {
      for (const outcome of selected.split('|')) expect(outcomes, where).toContain(outcome)
    }
  }
})

test('every rule says what has happened, what it means and what to do', () => {
  expect(rules.length).toBeGreaterThan(9)
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  for (const { alert, annotations, labels } of rules) {
    expect(alert).toMatch(/^OpsKnight[A-Z]/)
    expect(['critical', 'warning']).toContain(labels.severity)
    for (const name of ['summary', 'description', 'what_to_do'])
      expect(annotations[name], `${alert}: ${name}`).toMatch(/\w{3}/)
  }
})

test('every panel says what it shows, and none lies over another', () => {
  for (const { title, description } of charts) expect(description, title).toMatch(/\w{3}/)
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
})

test('every metric of ours is described in the document', async () => {
  const document = readFileSync(new URL('../docs/monitoring.md', DEPLOY), 'utf8')
  for (const name of (await shownMetrics()).keys()) {
    if (name.startsWith('opsknight_')) expect(document, name).toContain(name)
  }
})
