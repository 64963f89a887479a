import pg from 'pg'

// Every query of this process is read in this way, whoever has connected.
const INT8_OID = 20
pg.types.setTypeParser(INT8_OID, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`The database holds a number too large to read: ${text}`)
  return value
})

export { pg }
