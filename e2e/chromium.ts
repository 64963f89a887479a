import { execFile } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const require = createRequire(import.meta.url)

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const ARGUMENTS = [
  // Tests run as root and in containers, where Chromium's sandbox cannot be set up; the only pages are our own.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

type Found = { executablePath: string; env: Record<string, string> }

/**
 * A headless Chromium: the one that CHROMIUM_PATH names, else the machine's, else the one that the npm package
 * @sparticuz/chromium carries, which needs no library of the machine but those that Node itself needs. Close it at the end.
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = findSystemBrowser() ?? (await packagedBrowser())
  return chromium.launch({ executablePath, headless: true, args: ARGUMENTS, env: { ...process.env, ...env } })
}

function findSystemBrowser(): Found | null {
  const named = process.env.CHROMIUM_PATH
  if (named && !isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which cannot be run`)
  const executablePath = [...(named ? [named] : []), ...SYSTEM_BROWSERS].find(isExecutable)
  return executablePath ? { executablePath, env: {} } : null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function packagedBrowser(): Promise<Found> {
  const folder = await unpackedPackage()
  const libraries = [path.join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
  return {
    executablePath: path.join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: libraries.filter(Boolean).join(':'),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
    },
  }
}

/** The folder in which the package's archives are unpacked, once per version and whole or not at all. */
async function unpackedPackage(): Promise<string> {
  const packageFolder = path.resolve(require.resolve('@sparticuz/chromium'), '../..')
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'))
  const folder = path.join(cacheFolder(), `chromium-${version}`)
  if (existsSync(folder)) return folder

  const unfinished = mkdtempSync(`${folder}.`)
  try {
    await unpack(path.join(packageFolder, 'bin'), unfinished)
    writeFileSync(path.join(unfinished, 'fonts.conf'), fontSettings(folder))
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another test run may have been faster.
    if (!existsSync(folder)) throw error
  }
  return folder
}

function cacheFolder(): string {
  const folder = fileURLToPath(new URL('../node_modules/.cache/opsknight', import.meta.url))
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return mkdtempSync(path.join(tmpdir(), 'opsknight-chromium-'))
  }
}

/** The machine's fonts, where there are any, beside the ones of the package, whose own settings look for them in /tmp. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`
}

/** The package unpacks into the folder for temporary files only, so a process of its own gets another one of those. */
async function unpack(archives: string, into: string): Promise<void> {
  const program = `
    import { inflate } from '@sparticuz/chromium'
    await Promise.all(process.argv.slice(1).map((archive) => inflate(archive)))`
  const names = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']
  await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, ...names.map((name) => path.join(archives, name))],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...process.env, TMPDIR: into } },
  )
}
