import { join } from 'node:path'
import { type Expression, type Node, SyntaxKind } from 'typescript/unstable/ast'
import {
  isBinaryExpression,
  isCallExpression,
  isElementAccessExpression,
  isIdentifier,
  isPrivateIdentifier,
  isPropertyAccessExpression,
  isSwitchStatement,
} from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'
import { checkoutFolder } from '../support/server-process.ts'

/** A comparison that ends sooner where its sides differ sooner, of something that is called as secrets are. */
export interface Comparison {
  /** Below `src`. */
  readonly path: string
  /** On one line. */
  readonly text: string
}

/** What secrets are called in this code. */
const SECRET =
  /secret|csrf|passw|bootstrap|signature|\bmac\b|nonce|verifier$|webhook|credential|presented|^state$|^begun$|cookieToken|logoutToken|idToken|accessToken|gitHubToken/i
/** What has such a name and is none. */
const NO_SECRET =
  /^(?:secretDigest|secret_digest|newSecret|isSecret.*|.*Error|.*_SCOPE|.*Username|BOOTSTRAP_USERNAME|.*Id|.*Length)$/

const EQUALITIES: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.GreaterThanToken,
])
const COMPARING_METHODS = new Set(
  'compare endsWith equals find has includes indexOf is lastIndexOf localeCompare match startsWith'.split(
    ' ',
  ),
)

/** Reads the program with the compiler, so that a comparison over several lines, or with other names between, is one. */
export class ComparisonFinder {
  readonly #api = new API({ cwd: checkoutFolder })
  readonly #config: string

  /** @param config - The `tsconfig.json` of the program. */
  constructor(config = join(checkoutFolder, 'tsconfig.json')) {
    this.#config = config
  }

  /** @param root - Only files below it, whole path. */
  find(root: string): Comparison[] {
    const project = this.#api.updateSnapshot({ openProjects: [this.#config] }).getProject(this.#config)
    if (!project) throw new Error(`${this.#config} is no project`)
    const names = project.program.getSourceFileNames().filter((name) => name.startsWith(`${root}/`))
    return names
      .filter((name) => !/\.test\.ts$|\/testing\/|\/api-types\.ts$/.test(name))
      .flatMap((name) => {
        const file = project.program.getSourceFile(name)
        if (!file) return []
        return comparisonsIn(file).map((node): Comparison => {
          const text = file.text.slice(node.pos, node.end)
          return { path: name.slice(root.length + 1), text: text.trim().replaceAll(/\s+/g, ' ') }
        })
      })
  }

  close(): void {
    this.#api.close()
  }
}

function comparisonsIn(node: Node): Node[] {
  const found: Node[] = isLeaky(node) ? [node] : []
  node.forEachChild((child) => {
    found.push(...comparisonsIn(child))
  })
  return found
}

function isLeaky(node: Node): boolean {
  if (isBinaryExpression(node)) {
    const { left, right, operatorToken } = node
    if (!EQUALITIES.has(operatorToken.kind) || saysNothing(left) || saysNothing(right)) return false
    return namesSecret(left) || namesSecret(right)
  }
  if (isSwitchStatement(node)) return namesSecret(node.expression)
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return false
  const { name, expression } = node.expression
  if (!COMPARING_METHODS.has(name.text)) return false
  return namesSecret(expression) || node.arguments.some(namesSecret)
}

/** Nothing, a kind, or a number: what is found out by comparing with it is no secret. */
function saysNothing(side: Node): boolean {
  if ([SyntaxKind.NullKeyword, SyntaxKind.NumericLiteral, SyntaxKind.TypeOfExpression].includes(side.kind))
    return true
  if ([SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword].includes(side.kind)) return true
  if (side.kind === SyntaxKind.StringLiteral) return (side as unknown as { text: string }).text === ''
  return isIdentifier(side) && side.text === 'undefined'
}

/** Whether what it stands for is called as secrets are: a variable, the last step of a path, or one of several that it is made of. */
function namesSecret(expression: Node): boolean {
  if (isIdentifier(expression) || isPrivateIdentifier(expression)) return isSecretName(expression.text)
  if (isPropertyAccessExpression(expression)) return isSecretName(expression.name.text)
  if (isElementAccessExpression(expression)) return namesSecret(expression.expression)
  if (isCallExpression(expression)) {
    return expression.arguments.some(namesSecret) || namesSecret(expression.expression as Expression)
  }
  // Functions, texts and types have names of their own within.
  if (expression.kind === SyntaxKind.ArrowFunction) return false
  let names = false
  expression.forEachChild((child) => {
    names ||= namesSecret(child)
  })
  return names
}

function isSecretName(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.test(name)
}
