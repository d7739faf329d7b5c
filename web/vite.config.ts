import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const compressible = /\.(?:css|html|js|svg)$/

/** Beside each file its compressed forms, which the server sends as they are. */
function compressed(): Plugin {
  return {
    name: 'porthor-compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const files = await readdir(dir, { recursive: true })
      await Promise.all(
        files.filter((file) => compressible.test(file)).map((file) => compress(join(dir, file))),
      )
    },
  }
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file)
  const brotliOptions = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, brotliOptions))
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
}

/** Where `npm run dev:web` finds the API. */
const server = process.env.PORTHOR_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/auth/tokens/',
  plugins: [react(), compressed()],
  resolve: {
    alias: { 'porthor/client': fileURLToPath(new URL('../src/client/index.ts', import.meta.url)) },
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // Nothing is put into the page or into other files: the policy of what may be loaded allows no such things.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Before compression, which takes three quarters of it away.
    chunkSizeWarningLimit: 800,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    proxy: { '^/(auth/api|auth/openapi|login|logout)': { target: server, changeOrigin: false } },
  },
})
