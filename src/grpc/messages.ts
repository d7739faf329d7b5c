/*
 * The messages of authorization.proto, as @grpc/proto-loader gives and takes them.
 */

export interface CheckRequest {
  attributes: {
    request: { http: HttpRequest | null } | null
    contextExtensions: Readonly<Record<string, string>>
  } | null
}

export interface HttpRequest {
  method: string
  headers: Readonly<Record<string, string>>
  path: string
  host: string
  scheme: string
  headerMap: { headers: readonly HeaderValue[] } | null
}

export interface HeaderValue {
  key: string
  value: string
  rawValue: Uint8Array
}

export interface HeaderValueOption {
  header: { key: string; value: string }
  append: { value: boolean }
}

export interface CheckResponse {
  status: { code: number }
  deniedResponse?: { status: { code: number }; headers: HeaderValueOption[]; body: string }
  okResponse?: {
    headers: HeaderValueOption[]
    headersToRemove: string[]
    responseHeadersToAdd: HeaderValueOption[]
  }
}
