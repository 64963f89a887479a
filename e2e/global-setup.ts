/** The pages that the tests look at are the ones of these sources. */
export default async function setup(): Promise<void> {
  const webApp: { ensureWebApp(): Promise<void> } = await import(
    new URL('../scripts/web-app.mjs', import.meta.url).href
  )
  await webApp.ensureWebApp()
}
