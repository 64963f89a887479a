import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type Config, PASSPHRASE_MIN } from '../config.ts'
import { Failure } from '../platform/failure.ts'

type Asked = {
  /** A file that holds it, and perhaps a line feed after it. */
  file: string | undefined
  /** A new one is typed twice. */
  isNew: boolean
}

/** The passphrase of a backup: from a file, from the environment, or typed; never an argument, which every account can see. */
export async function readPassphrase(config: Config, { file, isNew }: Asked): Promise<string> {
  if (file !== undefined) return longEnough(readFirstLine(file), file)
  if (config.backupPassphrase) return config.backupPassphrase
  if (!process.stdin.isTTY)
    throw new Failure(
      'A backup is encrypted under a passphrase. Set OPSKNIGHT_BACKUP_PASSPHRASE, or name a file that holds it with --passphrase-file.',
    )
  const typed = longEnough(await ask('Passphrase of the backup: '), 'The passphrase')
  if (isNew && typed !== (await ask('The same again: '))) throw new Failure('The two are not the same.')
  return typed
}

function readFirstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function longEnough(passphrase: string, where: string): string {
  if (passphrase.length >= PASSPHRASE_MIN) return passphrase
  throw new Failure(`${where} must have at least ${PASSPHRASE_MIN} characters.`)
}

/** What is typed is not shown. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true })
  // Ctrl-C and Ctrl-D give no answer, for which the question would wait for ever.
  const closed = new Promise<never>((_resolve, reject) =>
    terminal.once('close', () => reject(new Failure('No passphrase was given.'))),
  )
  try {
    return await Promise.race([terminal.question(''), closed])
  } finally {
    closed.catch(() => {})
    terminal.close()
    process.stderr.write('\n')
  }
}
