// Preloaded into a server: while the file that PORTHOR_TEST_FULL_DISK names is there, nothing can be written to a disk.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const flag = process.env.PORTHOR_TEST_FULL_DISK
const isFull = () => flag !== undefined && fs.existsSync(flag)

function noSpace() {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    errno: -28,
    syscall: 'write',
  })
}

for (const name of ['writeSync', 'writevSync', 'ftruncateSync', 'writeFileSync', 'mkdirSync']) {
  const original = fs[name]
  fs[name] = (...args) => {
    // Standard output and error are no disks.
    if (!(typeof args[0] === 'number' && args[0] <= 2) && isFull()) throw noSpace()
    return original(...args)
  }
}
syncBuiltinESMExports()
