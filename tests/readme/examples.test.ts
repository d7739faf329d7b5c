import { describe, expect, it } from 'vitest'
import { comparable, readExamples, startsServer } from './examples.ts'

const document = `# Porthor

\`\`\`sh
npm start
\`\`\`

Then:

\`\`\`sh
curl http://127.0.0.1:8080/one
curl http://127.0.0.1:8080/two
\`\`\`

answers

\`\`\`json
{ "a": 1 }
\`\`\`

\`\`\`shell
rm -r data
\`\`\`
`

describe('the examples of a document', () => {
  it('are its blocks of sh, with the answers that follow them', () => {
    expect(readExamples(document)).toEqual([
      { line: 4, script: 'npm start\n' },
      {
        line: 10,
        script: 'curl http://127.0.0.1:8080/one\ncurl http://127.0.0.1:8080/two\n',
        answer: { language: 'json', text: '{ "a": 1 }\n' },
      },
    ])
  })

  it('are told apart from the one that starts the server', () => {
    expect(readExamples(document).map(startsServer)).toEqual([true, false])
  })
})

describe('an answer', () => {
  it('is the same with other tokens, keys and times', () => {
    const one = {
      token: 'gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw',
      created: 1_700_000_000,
      scopes: ['a'],
    }
    const other = { ...one, token: 'gt-…', created: 1_800_000_000 }
    expect(comparable('json', JSON.stringify(one))).toEqual(comparable('json', JSON.stringify(other)))
    expect(comparable('text', 'AAECAwQFBgcICQoLDA0ODw 2026-01-02 03:04\n')).toBe(
      comparable('text', 'EBESExQVFhcYGRobHB0eHw 2027-01-02 03:04'),
    )
  })

  it('is another one with another field, number or word', () => {
    expect(comparable('json', '{"a":1}')).not.toEqual(comparable('json', '{"a":2}'))
    expect(comparable('json', '{"a":"x"}')).not.toEqual(comparable('json', '{"a":"y"}'))
    expect(comparable('json', '{"a":1}')).not.toEqual(comparable('json', '{"a":1,"b":1}'))
  })
})
