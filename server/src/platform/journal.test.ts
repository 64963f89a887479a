import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { JournalFull, openJournal } from './journal.ts'

const MEBIBYTE = 1024 * 1024

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'opsknight-journal-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const recordsOf = (journal: ReturnType<typeof openJournal>) => journal.read(100).map(({ record }) => record)

test('what was appended is read in order, byte for byte, until it is removed', async () => {
  const journal = openJournal(folder(), MEBIBYTE)
  expect(journal.isEmpty).toBe(true)
  await Promise.all([
    journal.append('first', Buffer.from([0, 255])),
    journal.append('second', Buffer.alloc(0)),
  ])

  const entries = journal.read(100)
  expect(entries.map(({ record }) => record)).toEqual(['first', 'second'])
  expect(Buffer.from(entries[0]!.body)).toEqual(Buffer.from([0, 255]))
  journal.remove([entries[0]!.id])
  expect(recordsOf(journal)).toEqual(['second'])
  journal.remove([entries[1]!.id])
  expect(journal.isEmpty).toBe(true)
  journal.close()
})

test('two processes have a journal each, and the next one takes over what both left', async () => {
  const shared = folder()
  const [one, two] = [openJournal(shared, MEBIBYTE), openJournal(shared, MEBIBYTE)]
  await one.append('of one', Buffer.alloc(0))
  await two.append('of two', Buffer.alloc(0))
  expect([recordsOf(one), recordsOf(two)]).toEqual([['of one'], ['of two']])
  one.close()
  two.close()

  const next = openJournal(shared, MEBIBYTE)
  expect(recordsOf(next)).toEqual(['of one', 'of two'])
  expect(readdirSync(shared).filter((name) => name.endsWith('.db'))).toHaveLength(1)
  next.close()
})

test('what a killed process had appended is there', async () => {
  const shared = folder()
  const code = `
    import { openJournal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)}
    const journal = openJournal(${JSON.stringify(shared)}, ${MEBIBYTE})
    await journal.append('kept', Buffer.from('body'))
    console.log('appended')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')

  const journal = openJournal(shared, MEBIBYTE)
  expect(recordsOf(journal)).toEqual(['kept'])
  journal.close()
})

test('a journal takes no more than its limit, and takes again when there is room', async () => {
  const journal = openJournal(folder(), 1_000)
  await journal.append('a', Buffer.alloc(900))
  expect(() => journal.append('b', Buffer.alloc(200))).toThrow(JournalFull)
  journal.remove(journal.read(1).map(({ id }) => id))
  await journal.append('b', Buffer.alloc(200))
  expect(recordsOf(journal)).toEqual(['b'])
  journal.close()
})
