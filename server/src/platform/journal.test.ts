import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type Journal, JournalFull, openJournal } from './journal.ts'
import type { OnDamaged } from './journal-damage.ts'

const MEBIBYTE = 1024 * 1024

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'opsknight-journal-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const damaged: Parameters<OnDamaged>[] = []
const open = (at: string, maxBytes = MEBIBYTE) =>
  openJournal(at, { maxBytes, onDamaged: (...told) => damaged.push(told) })
const all = (journal: Journal) => journal.read(1_000, 100 * MEBIBYTE)
const recordsOf = (journal: Journal) => all(journal).map(({ record }) => record)

test('what was appended is read in order, byte for byte, until it is removed', async () => {
  const journal = open(folder())
  expect(journal.isEmpty).toBe(true)
  await Promise.all([
    journal.append('first', Buffer.from([0, 255])),
    journal.append('second', Buffer.alloc(0)),
  ])

  const entries = all(journal)
  expect(entries.map(({ record }) => record)).toEqual(['first', 'second'])
  expect(Buffer.from(entries[0]!.body)).toEqual(Buffer.from([0, 255]))
  journal.remove([entries[0]!])
  expect(recordsOf(journal)).toEqual(['second'])
  journal.remove([entries[1]!])
  expect(journal.isEmpty).toBe(true)
  journal.close()
})

test('two processes have a journal each, and the next one takes over what both left', async () => {
  const shared = folder()
  const [one, two] = [open(shared), open(shared)]
  await one.append('of one', Buffer.alloc(0))
  await two.append('of two', Buffer.alloc(0))
  expect([recordsOf(one), recordsOf(two)]).toEqual([['of one'], ['of two']])
  one.close()
  two.close()

  const next = open(shared)
  expect(recordsOf(next)).toEqual(['of one', 'of two'])
  expect(readdirSync(shared).filter((name) => name.endsWith('.db'))).toHaveLength(1)
  next.close()
})

/** Does something with a journal in a process of its own, answers what that prints, and kills it. */
async function inKilledProcess(
  at: string,
  code: string,
  { shell = 'exec "$@"', beforeItIsKilled = () => {} } = {},
): Promise<string> {
  const program = `
    import { openJournal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)}
    const journal = openJournal(${JSON.stringify(at)}, { maxBytes: ${100 * MEBIBYTE}, onDamaged() {} })
    ${code}
    setInterval(() => {}, 1000)`
  const node = [process.execPath, '--input-type=module', '-e', program]
  const child = spawn('sh', ['-c', shell, 'sh', ...node], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(child.stdout, 'data')
  beforeItIsKilled()
  child.kill('SIGKILL')
  await once(child, 'exit')
  return String(printed).trim()
}

test('what a killed process had appended is there', async () => {
  const shared = folder()
  await inKilledProcess(shared, `await journal.append('kept', Buffer.from('body')); console.log('appended')`)
  const journal = open(shared)
  expect(recordsOf(journal)).toEqual(['kept'])
  journal.close()
})

test('a process that goes on takes over what a killed one had appended, a part at a time', async () => {
  const shared = folder()
  const append = `for (let n = 1; n <= 3; n += 1) await journal.append('entry ' + n, Buffer.alloc(${5 * MEBIBYTE}))`
  let survivor: Journal | undefined
  await inKilledProcess(shared, `${append}; console.log('appended')`, {
    beforeItIsKilled() {
      survivor = open(shared, 100 * MEBIBYTE)
      survivor.adopt()
      expect(survivor.isEmpty).toBe(true)
    },
  })
  const journal = survivor!
  await journal.append('own', Buffer.alloc(0))
  journal.adopt()
  expect(recordsOf(journal)).toEqual(['own', 'entry 1', 'entry 2'])
  journal.adopt()
  expect(recordsOf(journal)).toEqual(['own', 'entry 1', 'entry 2', 'entry 3'])
  expect(journal.waiting).toEqual({ count: 4, bytes: 15 * MEBIBYTE + 'own'.length + 3 * 'entry 1'.length })
  expect(readdirSync(shared).filter((name) => name.endsWith('.db'))).toHaveLength(1)

  journal.remove(all(journal))
  expect(statSync(path.join(shared, '2.db')).size).toBeLessThan(MEBIBYTE)
  journal.close()
})

test('what a killed process had set aside is counted by the one that takes it over', async () => {
  const shared = folder()
  const setAside = `
    await journal.append('hopeless', Buffer.alloc(0))
    journal.setAside(journal.read(1, 1)[0], 'no reason')`
  let survivor: Journal | undefined
  await inKilledProcess(shared, `${setAside}; console.log('set aside')`, {
    beforeItIsKilled() {
      survivor = open(shared)
    },
  })
  expect(survivor?.setAsideCount).toBe(0)
  survivor?.adopt()
  expect(survivor?.setAsideCount).toBe(1)
  survivor?.close()
})

test('a disk without room refuses what is appended, keeps no entry from being applied, and harms nothing', async () => {
  const shared = folder()
  const fillAndEmpty = `
    let appended = 0
    const refused = await (async () => {
      for (;; appended += 1) await journal.append('entry ' + appended, Buffer.alloc(50_000))
    })().catch(({ code }) => code)
    const full = [refused, journal.isFull, journal.waiting.count === appended]
    let notWritten = 0
    for (;;) {
      const [entry] = journal.read(1, 1)
      if (!entry) break
      try { journal.remove([entry]) } catch { notWritten += 1 }
    }
    console.log(JSON.stringify([...full, journal.isEmpty, notWritten > 0, appended > 10]))`
  // The shell's unit is 512 bytes, or 1024.
  const printed = await inKilledProcess(shared, fillAndEmpty, { shell: 'ulimit -f 6000; exec "$@"' })
  expect(JSON.parse(printed)).toEqual(['ERR_SQLITE_ERROR', true, true, true, true, true])

  const journal = open(shared, 100 * MEBIBYTE)
  await journal.append('there is room again', Buffer.alloc(0))
  expect(recordsOf(journal).at(-1)).toBe('there is room again')
  journal.close()
})

test('a journal takes no more than its limit, and takes again when there is room', async () => {
  const journal = open(folder(), 1_000)
  await journal.append('a', Buffer.alloc(900))
  expect(journal.isFull).toBe(false)
  expect(() => journal.append('b', Buffer.alloc(200))).toThrow(JournalFull)
  expect([journal.isFull, journal.waiting]).toEqual([true, { count: 1, bytes: 901 }])
  journal.remove(all(journal))
  expect([journal.isFull, journal.waiting]).toEqual([false, { count: 0, bytes: 0 }])
  await journal.append('b', Buffer.alloc(200))
  expect(recordsOf(journal)).toEqual(['b'])
  journal.close()
})

test('what cannot be applied is set aside: it is out of the queue, and survives a change of process', async () => {
  const shared = folder()
  const [one, two] = [open(shared), open(shared)]
  await two.append('hopeless', Buffer.from('body'))
  two.setAside(all(two)[0]!, 'nobody can apply it')
  expect(two.isEmpty).toBe(true)
  one.close()
  two.close()

  open(shared).close()
  const database = new DatabaseSync(path.join(shared, '1.db'))
  expect(database.prepare('select record, reason from aside').all()).toMatchObject([
    { record: 'hopeless', reason: 'nobody can apply it' },
  ])
  database.close()
})

test('a damaged file is kept under another name, and a new journal takes its place', async () => {
  const shared = folder()
  writeFileSync(
    path.join(shared, '1.db'),
    'this is no database, and longer than the header of one: '.repeat(100),
  )
  const journal = open(shared)
  expect(damaged).toEqual([[expect.stringContaining('1.db.damaged-'), { saved: 0, lost: 0 }]])
  await journal.append('works', Buffer.alloc(0))
  expect(recordsOf(journal)).toEqual(['works'])
  journal.close()
})

/** Makes a hole of a few pages in the middle of a file that holds `entry 1` to `entry 40`. */
function damage(file: string): void {
  const [PAGE, PAGES] = [4_096, 12]
  const handle = openSync(file, 'r+')
  const middle = Math.floor(statSync(file).size / PAGE / 2) * PAGE
  writeSync(handle, Buffer.alloc(PAGES * PAGE, 0xff), 0, PAGES * PAGE, middle)
  closeSync(handle)
}

async function appendForty(journal: Journal): Promise<void> {
  for (let n = 1; n <= 40; n += 1) await journal.append(`entry ${n}`, Buffer.alloc(20_000))
  journal.close()
}

test('damage in the middle of a file costs the entries that it hits, and none of the others', async () => {
  const shared = folder()
  await appendForty(open(shared))
  damage(path.join(shared, '1.db'))
  const journal = open(shared)
  const saved = recordsOf(journal)
  expect(saved.length).toBeGreaterThan(30)
  expect(saved).toEqual(expect.arrayContaining(['entry 1', 'entry 40']))
  expect(journal.waiting.count).toBe(saved.length)
  expect(damaged.at(-1)).toEqual([
    expect.stringContaining('1.db.damaged-'),
    { saved: saved.length, lost: 40 - saved.length },
  ])
  journal.remove(all(journal))
  expect(journal.isEmpty).toBe(true)
  journal.close()
})

test('the same of a file that another process has left behind, also while this one runs', async () => {
  const shared = folder()
  const [one, two] = [open(shared), open(shared)]
  await appendForty(two)
  damage(path.join(shared, '2.db'))
  one.adopt()
  expect(one.waiting.count).toBeGreaterThan(30)
  expect(recordsOf(one)).toHaveLength(one.waiting.count)
  expect(damaged.at(-1)?.[0]).toContain('2.db.damaged-')
  one.close()
})

test('a batch has at most so many bytes, and always at least one entry', async () => {
  const journal = open(folder())
  for (const record of ['a', 'b', 'c']) await journal.append(record, Buffer.alloc(100))
  expect(journal.read(100, 250).map(({ record }) => record)).toEqual(['a', 'b'])
  expect(journal.read(100, 1).map(({ record }) => record)).toEqual(['a'])
  journal.close()
})
