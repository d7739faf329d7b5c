import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { type SettingOrigin, settingOrigins } from './setting-origins.ts'

const SECRET = 'very-secret'

const FILE = `
base_url: https://example.com/
databaseUrl: postgresql://porthor:${SECRET}@db.example.com/porthor?sslmode=require
redisPersistentUrl: redis://:${SECRET}@redis.example.com/0
bootstrapToken: gt-${SECRET}
knownScopes:
  admin:token: Manage
initialAdmins: [alice]
github:
  clientId: client
  clientSecret: ${SECRET}
oidcServer:
  enabled: true
  issuer: https://example.com/
  clients: [{ id: a, secret: ${SECRET}, return_uri: https://a.example.com/ }]
`

describe('the origin of a setting', () => {
  let folder: TemporaryFolder
  let path: string
  let origins: SettingOrigin[]
  const originOf = (setting: string) => origins.find((origin) => origin.setting === setting)

  beforeAll(async () => {
    folder = await temporaryFolder('origins')
    path = join(folder.path, 'config.yaml')
    await writeFile(path, FILE)
    origins = await settingOrigins(path, {
      PORTHOR_PORT: '9000',
      GAFAELFAWR_SESSION_SECRET: SECRET,
      PORTHOR_DATABASE_PASSWORD_FILE: '/run/secrets/database',
      PORTHOR_LISTEN_DATABASE_URL: `postgresql://porthor:${SECRET}@other.example.com/porthor?password=${SECRET}`,
    })
  })
  afterAll(() => folder.remove())

  it('is the file, whichever way its key is written', () => {
    expect(originOf('baseUrl')).toEqual({
      setting: 'baseUrl',
      origin: path,
      value: 'https://example.com/',
    })
    expect(originOf('github.clientId')?.origin).toBe(path)
  })

  it('is a variable, under the name by which it was found', () => {
    expect(originOf('port')).toEqual({ setting: 'port', origin: 'PORTHOR_PORT', value: '9000' })
    expect(originOf('sessionSecret')?.origin).toBe('GAFAELFAWR_SESSION_SECRET')
    expect(originOf('databasePassword')?.origin).toBe('PORTHOR_DATABASE_PASSWORD_FILE')
  })

  it('is otherwise the default', () => {
    expect(originOf('workers')).toEqual({ setting: 'workers', origin: 'default', value: '1' })
  })

  it('is left out for sections that nobody has touched', () => {
    expect(origins.filter(({ setting }) => setting.startsWith('ldap.'))).toEqual([])
  })

  it('never comes with a secret', () => {
    expect(JSON.stringify(origins)).not.toContain(SECRET)
    expect(originOf('databaseUrl')?.value).toBe(
      'postgresql://porthor:(secret)@db.example.com/porthor?sslmode=require',
    )
  })

  it.each([
    `redis://:pass/${SECRET}@redis.example.com/0`,
    `redis://:pass#${SECRET}@redis.example.com/0`,
    SECRET,
  ])('comes without what cannot be read, where a password might stand anywhere: %s', async (written) => {
    const environment = { PORTHOR_REDIS_PERSISTENT_URL: written }
    const found = await settingOrigins(path, environment)
    expect(found.find(({ setting }) => setting === 'redisPersistentUrl')).toEqual({
      setting: 'redisPersistentUrl',
      origin: 'PORTHOR_REDIS_PERSISTENT_URL',
      value: '(not shown: it cannot be read)',
    })
  })
})
