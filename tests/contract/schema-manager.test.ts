import { type Kysely, sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DatabaseConnection, openPostgres } from '../../src/storage/database.ts'
import { migrations, referenceSchema } from '../../src/storage/migrations/index.ts'
import type { Database } from '../../src/storage/schema.ts'
import { SchemaError, SchemaManager, schemaStatements } from '../../src/storage/schema-manager.ts'
import { createTestDatabase, postgresAvailable, type TestDatabase } from '../support/postgres.ts'
import { databaseBackends, type TestConnection } from './backends.ts'
import { type Catalogue, readCatalogue } from './catalogue.ts'

const MIGRATIONS = migrations.map(({ name }) => name)
const INDEXES = migrations.flatMap(({ indexes }) => indexes.map(({ name }) => name))

/** spec/token-store.md §1, to the name; serial columns spelled out. */
const REFERENCE: Catalogue = {
  enums: {
    adminchange: ['add', 'remove'],
    tokenchange: ['create', 'revoke', 'expire', 'edit'],
    tokentype: ['session', 'user', 'notebook', 'internal', 'service', 'oidc'],
  },
  tables: {
    admin: ['username character varying(64) NOT NULL'],
    admin_history: [
      serialId('admin_history'),
      'username character varying(64) NOT NULL',
      'action adminchange NOT NULL',
      'actor character varying(64) NOT NULL',
      'ip_address inet NOT NULL',
      'event_time timestamp without time zone NOT NULL',
    ],
    alembic_version: ['version_num character varying(32) NOT NULL'],
    subtoken: ['child character varying(64) NOT NULL', 'parent character varying(64)'],
    token: [
      'token character varying(64) COLLATE "C" NOT NULL',
      'username character varying(64) NOT NULL',
      'token_type tokentype NOT NULL',
      'token_name character varying(64)',
      'scopes character varying(512) NOT NULL',
      'service character varying(64)',
      'created timestamp without time zone NOT NULL',
      'last_used timestamp without time zone',
      'expires timestamp without time zone',
    ],
    token_auth_history: [
      serialId('token_auth_history'),
      'token character varying(64) NOT NULL',
      'username character varying(64) NOT NULL',
      'token_type tokentype NOT NULL',
      'token_name character varying(64)',
      'parent character varying(64)',
      'scopes character varying(512)',
      'service character varying(64)',
      'ip_address inet',
      'event_time timestamp without time zone NOT NULL',
    ],
    token_change_history: [
      serialId('token_change_history'),
      'token character varying(64) NOT NULL',
      'username character varying(64) NOT NULL',
      'token_type tokentype NOT NULL',
      'token_name character varying(64)',
      'parent character varying(64)',
      'scopes character varying(512) NOT NULL',
      'service character varying(64)',
      'expires timestamp without time zone',
      'actor character varying(64)',
      'action tokenchange NOT NULL',
      'old_token_name character varying(64)',
      'old_scopes character varying(512)',
      'old_expires timestamp without time zone',
      'ip_address inet',
      'event_time timestamp without time zone NOT NULL',
    ],
  },
  constraints: {
    admin_history_pkey: 'admin_history PRIMARY KEY (id)',
    admin_pkey: 'admin PRIMARY KEY (username)',
    alembic_version_pkc: 'alembic_version PRIMARY KEY (version_num)',
    subtoken_child_fkey: 'subtoken FOREIGN KEY (child) REFERENCES token(token) ON DELETE CASCADE',
    subtoken_parent_fkey: 'subtoken FOREIGN KEY (parent) REFERENCES token(token) ON DELETE SET NULL',
    subtoken_pkey: 'subtoken PRIMARY KEY (child)',
    token_auth_history_pkey: 'token_auth_history PRIMARY KEY (id)',
    token_change_history_pkey: 'token_change_history PRIMARY KEY (id)',
    token_pkey: 'token PRIMARY KEY (token)',
    token_username_token_name_key: 'token UNIQUE (username, token_name)',
  },
  indexes: {
    admin_history_by_time: 'admin_history (event_time, id)',
    subtoken_by_parent: 'subtoken (parent)',
    token_auth_history_by_time: 'token_auth_history (event_time, id)',
    token_auth_history_by_token: 'token_auth_history (token, event_time, id)',
    token_auth_history_by_username: 'token_auth_history (username, event_time, id)',
    token_by_username: 'token (username, token_type)',
    token_change_history_by_time: 'token_change_history (event_time, id)',
    token_change_history_by_token: 'token_change_history (token, event_time, id)',
    token_change_history_by_username: 'token_change_history (username, event_time, id)',
  },
}

/** What Porthor adds to the reference's own tables. */
const ADDED_COLUMNS = {
  token: ['secret_digest bytea', 'note character varying(500)'],
  token_change_history: ['cause character varying(64)', 'ancestor character varying(64)'],
}

function serialId(table: string): string {
  return `id integer NOT NULL DEFAULT nextval('${table}_id_seq'::regclass)`
}

for (const backend of databaseBackends) {
  describe.skipIf(backend.available !== true)(`${backend.name}: the schema`, () => {
    let connection: TestConnection
    let db: Kysely<Database>
    let schema: SchemaManager
    beforeAll(async () => {
      connection = await backend.open()
      db = connection.db
      schema = new SchemaManager(connection)
    })
    afterEach(() => empty(connection))
    afterAll(() => connection?.remove())

    describe('of an empty database', () => {
      it('is refused by who only validates, with what to do', async () => {
        expect(await schema.state()).toEqual({
          ...{
            initialized: false,
            missingTables: [],
            revisions: [],
            pending: MIGRATIONS,
            missingIndexes: INDEXES,
          },
        })
        await expect(schema.validate()).rejects.toThrow('porthor init')
      })

      it('is made whole, once', async () => {
        expect(await schema.update()).toEqual([...MIGRATIONS, ...INDEXES])
        await schema.validate()
        expect(await schema.state()).toEqual({
          ...{
            initialized: true,
            missingTables: [],
            revisions: ['2feb306dd1ee'],
            pending: [],
            missingIndexes: [],
          },
        })
        expect(await schema.update()).toEqual([])
        expect(await schema.plan()).toEqual([])
      })

      it('becomes the reference’s, to the name, with Porthor’s beside it', async () => {
        await schema.update()
        const made = await readCatalogue(db)
        const { token, token_change_history, ...others } = REFERENCE.tables
        expect(made.enums).toEqual(REFERENCE.enums)
        expect(made.tables).toMatchObject({
          ...others,
          token: [...(token ?? []), ...ADDED_COLUMNS.token],
          token_change_history: [...(token_change_history ?? []), ...ADDED_COLUMNS.token_change_history],
        })
        expect(made.constraints).toMatchObject(REFERENCE.constraints)
        expect(made.indexes).toMatchObject(REFERENCE.indexes)
        const added = (part: 'tables' | 'constraints' | 'indexes') =>
          Object.keys(made[part]).filter((name) => !(name in REFERENCE[part]))
        expect(
          [...added('tables'), ...added('constraints'), ...added('indexes')].filter(
            (name) => !name.startsWith('porthor_'),
          ),
        ).toEqual([])
      })
    })

    describe('that the reference made', () => {
      beforeEach(() => run(db, referenceSchema.statements))

      it('is exactly the one of the specification', async () => {
        expect(await readCatalogue(db)).toEqual(REFERENCE)
      })

      it('is refused by who only validates, with what to do', async () => {
        expect(await schema.state()).toMatchObject({ initialized: true, pending: MIGRATIONS.slice(1) })
        await expect(schema.validate()).rejects.toThrow('porthor update-schema')
      })

      it('gets Porthor’s additions and keeps what it holds', async () => {
        await insertAsReference(db)
        expect(await schema.update()).toEqual([...MIGRATIONS.slice(1), ...INDEXES])
        await schema.validate()
        const rows = await db.selectFrom('token').selectAll().execute()
        expect(rows).toEqual([expect.objectContaining({ token: 'first', secret_digest: null })])
      })

      it('becomes the same that an empty database becomes', async () => {
        await schema.update()
        const fromReference = await readCatalogue(db)
        await empty(connection)
        await schema.update()
        expect(await readCatalogue(db)).toEqual(fromReference)
      })

      it('still serves the reference afterwards: its inserts, and its way to delete everything', async () => {
        await schema.update()
        await insertAsReference(db)
        await sql`TRUNCATE admin, admin_history, subtoken, token, token_auth_history, token_change_history`.execute(
          db,
        )
        expect(await db.selectFrom('token').selectAll().execute()).toEqual([])
      })
    })

    describe('that cannot be used', () => {
      it.each([
        { revisions: ['5c28ed7092c2'], named: '5c28ed7092c2' },
        { revisions: ['ffffffffffff'], named: 'ffffffffffff' },
        { revisions: ['2feb306dd1ee', '5c28ed7092c2'], named: '2feb306dd1ee, 5c28ed7092c2' },
        { revisions: [], named: 'alembic_version' },
      ])('because it is at $named is refused by name, and left alone', async ({ revisions, named }) => {
        await run(db, referenceSchema.statements)
        await db.deleteFrom('alembic_version').execute()
        for (const version_num of revisions)
          await db.insertInto('alembic_version').values({ version_num }).execute()
        for (const attempt of ['validate', 'update', 'plan'] as const) {
          const error = await schema[attempt]().catch((error) => error)
          expect(error).toBeInstanceOf(SchemaError)
          expect(error.message).toContain(named)
        }
        expect(await readCatalogue(db)).toEqual(REFERENCE)
      })

      it('because Gafaelfawr 16 has migrated it is refused by its revision, and nobody is told to empty it', async () => {
        await run(db, [
          ...referenceSchema.statements,
          'DROP TABLE admin_history, admin',
          'DROP TYPE adminchange',
          "UPDATE alembic_version SET version_num = '613640641b2f'",
        ])
        const before = await readCatalogue(db)
        for (const attempt of ['validate', 'update', 'plan'] as const) {
          const error = await schema[attempt]().catch((error) => error)
          expect(error).toBeInstanceOf(SchemaError)
          expect(error.message).toMatch(/613640641b2f.*2feb306dd1ee.*Nothing was changed/)
          expect(error.message).not.toMatch(/empty|backup|update-schema/)
        }
        expect(await readCatalogue(db)).toEqual(before)
      })

      it('because only parts of it are there is refused, and left alone', async () => {
        await run(
          db,
          referenceSchema.statements.filter((statement) => !/TABLE subtoken|ON subtoken/.test(statement)),
        )
        const before = await readCatalogue(db)
        for (const attempt of ['validate', 'update', 'plan'] as const) {
          const error = await schema[attempt]().catch((error) => error)
          expect(error).toBeInstanceOf(SchemaError)
          expect(error.message).toContain('Only some of the tables are there (missing: subtoken)')
        }
        expect(await readCatalogue(db)).toEqual(before)
      })
    })

    describe('in a dry run', () => {
      it.each([
        { name: 'an empty database', before: [] },
        { name: 'one of the reference', before: referenceSchema.statements },
      ])('shows for $name exactly what an update then runs', async ({ before }) => {
        await run(db, before)
        const plan = await schema.plan()
        expect(plan.length).toBeGreaterThan(0)
        await schema.update()
        const updated = await readCatalogue(db)
        await empty(connection)
        await run(db, before)
        await run(db, plan)
        expect(await readCatalogue(db)).toEqual(updated)
      })

      it('changes nothing', async () => {
        await schema.plan()
        expect(await readCatalogue(db)).toEqual({ enums: {}, tables: {}, constraints: {}, indexes: {} })
      })
    })

    it('lacking an index gets it again', async () => {
      await schema.update()
      await sql`DROP INDEX porthor_change_history_by_parent`.execute(db)
      expect(await schema.state()).toMatchObject({ missingIndexes: ['porthor_change_history_by_parent'] })
      expect(await schema.plan()).toEqual([expect.stringContaining('porthor_change_history_by_parent')])
      expect(await schema.update()).toEqual(['porthor_change_history_by_parent'])
      expect(await schema.plan()).toEqual([])
    })

    it('as it is printed makes the same tables', async () => {
      await schema.update()
      const updated = await readCatalogue(db)
      await empty(connection)
      await run(db, schemaStatements({ all: true }))
      const printed = await readCatalogue(db)
      const { alembic_version: _, ...tables } = updated.tables
      expect(printed.tables).toEqual(tables)
      expect(printed.indexes).toEqual(updated.indexes)
      await empty(connection)
      await run(db, schemaStatements({ all: false }))
      const { alembic_version: __, ...ofReference } = REFERENCE.tables
      expect((await readCatalogue(db)).tables).toEqual(ofReference)
    })
  })
}

describe.skipIf(postgresAvailable() !== true)('PostgreSQL: updating the schema', () => {
  it.each([
    { name: 'an empty database', before: [] },
    { name: 'one of the reference', before: referenceSchema.statements },
  ])('of $name may be done by several processes at once', async ({ before }) => {
    await withConnections(3, 4, async (connections) => {
      const [first] = connections
      if (!first) throw new Error('no connection')
      await run(first.db, before)
      const made = await Promise.all(
        connections.map((connection) => new SchemaManager(connection).update().catch((error) => error)),
      )
      expect(made.filter((result) => result instanceof Error)).toEqual([])
      await new SchemaManager(first).validate()
      expect((await new SchemaManager(first).state()).missingIndexes).toEqual([])
    })
  })

  it('needs no second connection', async () => {
    await withConnections(1, 1, async ([only]) => {
      if (only) await new SchemaManager(only).update()
    })
  })

  it('makes an index anew that was left unfinished', async () => {
    await withConnections(1, 4, async ([connection]) => {
      if (!connection) throw new Error('no connection')
      const schema = new SchemaManager(connection)
      await schema.update()
      await sql`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'porthor_token_by_expires'::regclass`.execute(
        connection.db,
      )
      expect(await schema.update()).toEqual(['porthor_token_by_expires'])
      expect(await schema.update()).toEqual([])
    })
  })
})

/** Several pools on one new database: to PostgreSQL they are several processes. */
async function withConnections(
  count: number,
  poolSize: number,
  work: (connections: DatabaseConnection[]) => Promise<void>,
): Promise<void> {
  const database: TestDatabase = await createTestDatabase()
  const connections = Array.from({ length: count }, () => openPostgres({ url: database.url, poolSize }))
  try {
    await work(connections)
  } finally {
    await Promise.all(connections.map((connection) => connection.close()))
    await database.drop()
  }
}

async function run(db: Kysely<Database>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

async function empty({ db }: DatabaseConnection): Promise<void> {
  await run(db, ['DROP SCHEMA public CASCADE', 'CREATE SCHEMA public'])
}

/** The columns that the reference names, as it would write them. */
async function insertAsReference(db: Kysely<Database>): Promise<void> {
  await run(db, [
    `INSERT INTO token (token, username, token_type, token_name, scopes, service, created, last_used, expires)
     VALUES ('first', 'alice', 'user', 'laptop', 'read:all', NULL, '2023-11-14 22:13:20', NULL, NULL)`,
    `INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
       action, old_token_name, old_scopes, old_expires, ip_address, event_time)
     VALUES ('first', 'alice', 'user', 'laptop', NULL, 'read:all', NULL, NULL, 'alice', 'create', NULL, NULL, NULL,
       '192.0.2.1', '2023-11-14 22:13:20')`,
  ])
}
