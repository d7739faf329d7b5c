import { openEmbedded } from '../../src/storage/database.ts'

/*
 * Another process at a data folder, for embedded-database.test.ts: `node embedded-process.ts ROLE FOLDER`. It says on its
 * standard output what has happened, and lives until it is killed.
 */

const [role, folder = ''] = process.argv.slice(2)

/** Adds one administrator after the other, and says of each when it is there. */
async function write(): Promise<void> {
  const { db } = await openEmbedded({ folder })
  for (let count = 0; ; count++) {
    await db
      .insertInto('admin')
      .values({ username: `user${count}` })
      .execute()
    console.log(`there is user${count}.`)
  }
}

/** Adds an administrator in a transaction that it never ends. */
async function hold(): Promise<void> {
  const { db, guest } = await openEmbedded({ folder, shared: true })
  const trx = await db.startTransaction().execute()
  await trx.insertInto('admin').values({ username: 'unfinished' }).execute()
  console.log(`holding as ${guest ? 'guest' : 'owner'}.`)
  setInterval(() => {}, 60_000)
}

/** Wants the folder for itself. */
async function open(): Promise<void> {
  await openEmbedded({ folder }).then(
    () => console.log('opened.'),
    (error: Error) => console.log(`${error.name}.`),
  )
  setInterval(() => {}, 60_000)
}

await { write, hold, open }[role as 'write' | 'hold' | 'open']()
