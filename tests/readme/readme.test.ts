import { expect, it } from 'vitest'
import { onExamples } from './document.ts'
import { startsServer } from './examples.ts'

onExamples('README.md', (examples) => {
  it('begin with the one command that starts the server', () => {
    expect(examples[0]?.script).toBe('npm start\n')
    expect(examples.filter(startsServer)).toHaveLength(1)
  })
})

onExamples('docs/api.md')
